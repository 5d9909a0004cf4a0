// What is wrong in a scenario, and where.
#pragma once

#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace peal::sim {

/// what() begins with line and column, both counted from 1: "3:14: expected a server, as s1".
class ScenarioError : public std::runtime_error {
 public:
  ScenarioError(std::size_t line, std::size_t column, const std::string& what)
      : std::runtime_error(fmt::format("{}:{}: {}", line, column, what)) {}
};

}  // namespace peal::sim
