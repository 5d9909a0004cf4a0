// Ctrl-C and SIGTERM as a question that loops ask, so that everything is cleaned up on the way out.
#pragma once

namespace peal::cli {

/// From here on SIGINT, SIGTERM and SIGHUP only set a flag.
void catch_stop_signals();
/// From here on, writing where nobody reads any more is an error and not the end: for programs with
/// more to do than to write.
void ignore_broken_pipes();
[[nodiscard]] bool stop_requested();
/// Readable from the moment of the signal on: for poll(). -1 before catch_stop_signals().
[[nodiscard]] int stop_file();

}  // namespace peal::cli
