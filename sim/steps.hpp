// What single questions about setups, disks and people are for: the details of choices, with names.
#pragma once

#include <array>
#include <cstdint>

#include "sim/chooser.hpp"

namespace peal::sim::step {

// Of the setup of a run.
inline constexpr std::uint8_t faults_on = 1;  ///< subject: which fault
inline constexpr std::uint8_t fault_interval = 2;
inline constexpr std::uint8_t weather = 3;
inline constexpr std::uint8_t shape = 4;
inline constexpr std::uint8_t server_ids = 5;
inline constexpr std::uint8_t manners = 6;
inline constexpr std::uint8_t tuning = 7;
inline constexpr std::uint8_t groups = 8;
inline constexpr std::uint8_t network_width = 9;

// Of a disk.
inline constexpr std::uint8_t write_operation = 0;
inline constexpr std::uint8_t read_operation = 1;
inline constexpr std::uint8_t slow_write_operation = 2;
inline constexpr std::uint8_t slow_read_operation = 3;

// Of a person.
inline constexpr std::uint8_t next_act = 100;
inline constexpr std::uint8_t think_time = 101;
inline constexpr std::uint8_t which_room = 102;
inline constexpr std::uint8_t which_person = 103;
inline constexpr std::uint8_t text_length = 104;
inline constexpr std::uint8_t first_name = 105;
inline constexpr std::uint8_t known_servers = 106;
inline constexpr std::uint8_t mistake = 107;
inline constexpr std::uint8_t page_size = 108;
inline constexpr std::uint8_t pasted_lines = 109;

struct Name {
  About about = About::setup;
  std::uint8_t detail = 0;
  const char* name = "";
};

/// Recordings write these, so that they outlive a change of the numbers. What has no name here is
/// written as a number.
inline constexpr auto names = std::to_array<Name>({
    {About::setup, faults_on, "faults"},
    {About::setup, fault_interval, "fault-interval"},
    {About::setup, weather, "weather"},
    {About::setup, shape, "shape"},
    {About::setup, server_ids, "server-ids"},
    {About::setup, manners, "manners"},
    {About::setup, tuning, "tuning"},
    {About::setup, groups, "groups"},
    {About::setup, network_width, "network-width"},
    {About::disk_delay, write_operation, "write"},
    {About::disk_delay, read_operation, "read"},
    {About::disk_delay, slow_write_operation, "slow-write"},
    {About::disk_delay, slow_read_operation, "slow-read"},
    {About::person, next_act, "next-act"},
    {About::person, think_time, "think-time"},
    {About::person, which_room, "room"},
    {About::person, which_person, "other-person"},
    {About::person, text_length, "text-length"},
    {About::person, first_name, "first-name"},
    {About::person, known_servers, "known-servers"},
    {About::person, mistake, "mistake"},
    {About::person, page_size, "page-size"},
    {About::person, pasted_lines, "pasted-lines"},
});

}  // namespace peal::sim::step
