// Training goes on from a checkpoint as if it had never stopped.

#include "fit_support.hpp"

#include "../scratch_folder.hpp"
#include <csignal>
#include <doctest/doctest.h>

TEST_CASE("interrupted anywhere, training ends with the bits it would have ended with") {
  const auto data = moons();
  auto whole = new_net();
  const auto expected = nn::fit(whole, data, quiet(4));
  for (const int stop_at : {1, 10, 13, 25, 39}) {
    CAPTURE(stop_at);
    const scratch_folder folder;
    auto m = new_net();
    auto how = quiet(4);
    how.checkpoint = folder / "checkpoint";
    int steps = 0;
    how.loss = [&](const tensor& y, const tensor& t) {
      if (++steps == stop_at) std::raise(SIGINT);
      return nn::cross_entropy(y, t);
    };
    const auto first = nn::fit(m, data, how);
    CHECK(first.interrupted);
    CHECK(steps == stop_at);
    // Another process would begin with a model of other numbers.
    nn::manual_seed(99);
    net again;
    const auto r = nn::fit(again, data, how);
    CHECK_FALSE(r.interrupted);
    CHECK(same(again, whole));
    CHECK(r.history["loss"] == expected.history["loss"]);
    CHECK(r.history.columns() == expected.history.columns());
    CHECK(r.optimiser.steps() == expected.optimiser.steps());
  }
}

TEST_CASE("killed between checkpoints, it goes on from the last one") {
  struct killed {};
  const auto data = moons();
  auto whole = new_net();
  nn::fit(whole, data, quiet(3));
  const scratch_folder folder;
  auto m = new_net();
  auto how = quiet(3);
  how.checkpoint = folder / "checkpoint", how.checkpoint_steps = 4;
  int steps = 0;
  how.loss = [&](const tensor& y, const tensor& t) {
    if (++steps == 17) throw killed{};
    return nn::cross_entropy(y, t);
  };
  CHECK_THROWS_AS(nn::fit(m, data, how), killed);
  nn::manual_seed(99);
  net again;
  nn::fit(again, data, how);
  CHECK(steps == 17 + 30 - 14);  // step 14, the fourth of the second epoch, is in the checkpoint
  CHECK(same(again, whole));
}

TEST_CASE("a checkpoint of something else changes nothing") {
  const auto data = moons();
  const scratch_folder folder;
  auto m = new_net();
  auto how = quiet(1);
  how.checkpoint = folder / "checkpoint";
  nn::fit(m, data, how);
  struct other {
    nn::linear hidden{2, 8}, output{8, 2};
    auto operator()(const tensor& x) const -> tensor { return output(tanh(hidden(x))); }
  } o;
  const auto before = nn::state_dict(o);
  CHECK_THROWS_AS(nn::fit(o, data, how), error);
  for (const auto& [name, value] : nn::state_dict(o)) CHECK(identical(value, before.at(name)));
  how.batch_size = 16;
  try {
    nn::fit(m, data, how);
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()).find("batch_size = 32, and this is 16") != std::string::npos);
  }
}
