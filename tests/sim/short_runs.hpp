// Campaigns of runs that take a moment only.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/campaign.hpp"

namespace peal::sim {

inline CampaignOptions short_campaign(std::vector<SeedRange> seeds) {
  CampaignOptions options;
  options.seeds = std::move(seeds);
  options.jobs = 2;
  options.run.servers = 3;
  options.run.people = 2;
  options.run.chaos_us = 1'000'000;
  return options;
}

/// Every run breaks a promise: it has no room for its events.
inline CampaignOptions failing_campaign(std::vector<SeedRange> seeds) {
  CampaignOptions options = short_campaign(std::move(seeds));
  options.run.events_max = 250;
  return options;
}

}  // namespace peal::sim
