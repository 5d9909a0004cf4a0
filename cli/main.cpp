// The program: everything is in the library, so that tests can call it.
#include "cli/command.hpp"

int main(int argc, char** argv) { return peal::cli::run(argc, argv); }
