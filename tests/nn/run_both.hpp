#pragma once
// A training whose steps are run, beside one whose steps are all recorded.

#include <doctest/doctest.h>
#include <nn/nn.hpp>
#include <string>

#include "fit_support.hpp"

inline auto same_state(const nn::state_map& x, const nn::state_map& y) -> bool {
  if (x.size() != y.size()) return false;
  for (const auto& [name, value] : x)
    if (!identical(value, y.at(name))) return false;
  return true;
}

inline auto same_history(const nn::history& a, const nn::history& b) -> bool {
  for (const auto* column : {"loss", "learning rate"})
    if (a[column] != b[column]) return false;
  return a.size() == b.size();
}

inline std::string why_recorded;  // of the last that was to be run

// Trains two models that `make` gives, one by recording all, and says how many steps of the other were run.
template <class Make>
auto run_both(Make make, const nn::dataset& data, nn::fit_options how) -> index_t {
  how.progress = nn::progress_style::none;
  how.replay = nn::replaying::never;
  nn::manual_seed(3);
  auto recorded = make();
  const auto a = nn::fit(recorded, data, how);
  CHECK(a.steps_run == 0);
  how.replay = nn::replaying::always;
  nn::manual_seed(3);
  auto run = make();
  const auto b = nn::fit(run, data, how);
  CHECK(same_state(nn::training_state(recorded), nn::training_state(run)));
  CHECK(same_state(a.optimiser.state(), b.optimiser.state()));
  CHECK(same_history(a.history, b.history));
  CHECK(a.why_recorded.empty());
  why_recorded = b.why_recorded;
  return b.steps_run;
}
