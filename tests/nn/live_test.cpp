// Training that is watched: the page, the event files, and that watching changes nothing.

#include "files.hpp"
#include "fit_support.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <nn/see/chart.hpp>
#include <nn/see/report.hpp>
#include <nn/train/live.hpp>
#include <thread>

#include "event_file_reader.hpp"

TEST_CASE("watching changes no bit of training") {
  const scratch_folder in;
  const auto data = moons();
  auto alone = new_net(), watched = new_net(), in_parts = new_net(), in_parts_watched = new_net();
  auto how = quiet(3);
  how.micro_batches = 1;
  const auto a = nn::fit(alone, data, how);
  how.page = in / "run.html", how.tensorboard = in / "runs";
  const auto b = nn::fit(watched, data, how);
  CHECK(same(alone, watched));
  CHECK(a.history["loss"] == b.history["loss"]);
  how.micro_batches = 3;
  nn::fit(in_parts_watched, data, how);
  how.page.clear(), how.tensorboard.clear();
  nn::fit(in_parts, data, how);
  CHECK(same(in_parts, in_parts_watched));
}

TEST_CASE("the page loads itself again while training goes on, is whole at every moment, and stays at the end") {
  const scratch_folder in;
  const auto data = moons();
  auto m = new_net();
  auto how = quiet(3);
  how.page = in / "run.html", how.validation = data;
  int pages = 0;
  how.after_epoch = [&](const nn::history&) {
    const auto now = bytes_of(in / "run.html");
    CHECK(now.starts_with("<!DOCTYPE html>"));
    CHECK(now.ends_with("</html>\n"));
    CHECK(contains(now, "<meta http-equiv=\"refresh\" content=\"2\">"));
    pages += 1;
    std::this_thread::sleep_for(std::chrono::milliseconds(600));
    return true;
  };
  nn::fit(m, data, how);
  CHECK(pages == 3);
  const auto page = bytes_of(in / "run.html");
  CHECK_FALSE(contains(page, "http-equiv=\"refresh\""));
  CHECK(contains(page, "<h1>Training is done</h1>"));
  CHECK(contains(page, "<dd>3 of 3</dd>"));
  CHECK(contains(page, "<dd>30</dd>"));  // ten batches of each of three epochs
  CHECK(count(page, "<svg") == 5);       // losses by step and epoch, accuracy, gradients, weights
  CHECK(count(page, "<polyline") == 1 + 2 + 2 + 2 + 2);
  for (const auto* word : {">validation loss<", ">accuracy<", ">hidden<", ">output<"}) CHECK(contains(page, word));
  CHECK_FALSE(contains(page, "<script"));
  CHECK_FALSE(contains(page, "src="));

  how.epochs = 50, how.after_epoch = [](const nn::history& h) { return h.size() < 2; };
  nn::fit(m, data, how);
  CHECK(contains(bytes_of(in / "run.html"), "<h1>Training stopped early</h1>"));
  how.loss = [](const tensor& y, const tensor&) { return mean(log(y * 0.0)); };
  CHECK_THROWS_AS(nn::fit(m, data, how), error);
  CHECK(contains(bytes_of(in / "run.html"), "<h1>Training ended by an error</h1>"));
}

TEST_CASE("event files have each epoch, and norms that are those of the model") {
  const scratch_folder in;
  const auto data = moons();
  auto m = new_net();
  auto how = quiet(2);
  how.tensorboard = in / "runs";
  const auto r = nn::fit(m, data, how);
  const auto all = read_events(in / "runs");
  if (!all) return;
  std::vector<double> losses;
  double last_norm = 0;
  for (const auto& e : *all) {
    if (e.tag == "epoch/loss") {
      losses.push_back(std::stod(e.value));
      CHECK(e.step == static_cast<std::int64_t>(losses.size()));
    }
    if (e.tag == "weight_norm/output" && e.step == 20) last_norm = std::stod(e.value);
    if (e.tag == "gradient_norm/hidden") CHECK(std::stod(e.value) > 0);
  }
  REQUIRE(losses.size() == 2);
  for (std::size_t i = 0; i < 2; ++i) CHECK(losses[i] == static_cast<double>(static_cast<float>(r.history["loss"][i])));
  // Before the last step of Adam, which moves no number by more than about the learning rate of 0.02.
  const auto now = std::sqrt(sum(square(m.output.weight.value())).item() + sum(square(m.output.bias->value())).item());
  CHECK(std::abs(last_norm - now) < 0.02 * std::sqrt(34.0) * 1.5);
  CHECK(last_norm > 0);
}

TEST_CASE("what cannot be written is told at once, and what fails later ends the show alone") {
  const scratch_folder in;
  const auto data = moons();
  auto m = new_net();
  auto how = quiet(2);
  how.page = in / "none" / "run.html";
  CHECK_THROWS_AS(nn::fit(m, data, how), error);
  how.page.clear(), how.tensorboard = in / "file";
  std::ofstream(in / "file") << "x";
  CHECK_THROWS_AS(nn::fit(m, data, how), error);

  std::filesystem::create_directory(in / "gone");
  how.tensorboard.clear(), how.page = in / "gone" / "run.html";
  how.log = std::tmpfile(), how.progress = nn::progress_style::lines;
  REQUIRE(how.log);
  how.after_epoch = [&](const nn::history&) { return std::filesystem::remove_all(in / "gone"), true; };
  CHECK(nn::fit(m, data, how).history.size() == 2);
  std::rewind(how.log);
  std::string text;
  for (int c = 0; (c = std::fgetc(how.log)) != EOF;) text += static_cast<char>(c);
  std::fclose(how.log);
  CHECK(count(text, "training goes on, and is no longer shown: ") == 1);
}

TEST_CASE("layers are as many as there can be curves") {
  using names = std::vector<std::string>;
  CHECK(nn::detail::layers_of({"hidden.weight", "hidden.bias", "output.weight"}, 10) == names{"hidden", "hidden", "output"});
  const names deep{"a.0.c.weight", "a.0.d.weight", "a.1.c.weight", "a.1.d.weight", "b.weight", "w"};
  CHECK(nn::detail::layers_of(deep, 10) == names{"a.0.c", "a.0.d", "a.1.c", "a.1.d", "b", "w"});
  CHECK(nn::detail::layers_of(deep, 5) == names{"a.0", "a.0", "a.1", "a.1", "b", "w"});
  CHECK(nn::detail::layers_of(deep, 3) == names{"a", "a", "a", "a", "b", "w"});
  CHECK(nn::detail::layers_of(deep, 2) == names{"all", "all", "all", "all", "all", "all"});
  CHECK(nn::detail::layers_of({}, 3).empty());
}

TEST_CASE("ticks are easy to read, and a chart breaks where there is no number") {
  using nn::detail::ticks;
  CHECK(ticks(0, 10, false) == std::vector<double>{0, 2, 4, 6, 8, 10});
  CHECK(ticks(1, 1000, true) == std::vector<double>{1, 10, 100, 1000});
  CHECK(ticks(2, 7, true).size() >= 3);
  CHECK(ticks(-3, 3, false) == std::vector<double>{-3, -2, -1, 0, 1, 2, 3});
  for (const auto& [low, high] : {std::pair{1e-12, 3e-12}, {-7e8, 1e9}, {0.1, 0.1000001}}) {
    const auto t = ticks(low, high, false);
    CHECK(t.size() >= 3);
    CHECK(t.size() <= 9);
    CHECK(t.front() >= low - (high - low) * 1e-6);
    CHECK(t.back() <= high + (high - low) * 1e-6);
  }
  const std::vector<double> x{1, 2, 3, 4, 5, 6};
  const auto svg = nn::detail::line_chart({}, {{"a < b & \"c\"", x, {1, 2, NAN, 3, INFINITY, 4}}, {"d", x, {1, 1, 1, 1, 1, 1}}});
  CHECK_NOTHROW(xml(svg));
  CHECK(count(svg, "<polyline") == 2);
  CHECK(count(svg, "<circle") == 2);
  CHECK(contains(svg, "a &lt; b &amp; &quot;c&quot;"));
  CHECK(contains(nn::detail::line_chart({.log_y = true}, {{"a", x, {0, -1, NAN, 0, 0, 0}}}), "nothing to draw yet"));
  CHECK_NOTHROW(xml(nn::detail::line_chart({}, {{"one", {3}, {7}}})));
  CHECK_NOTHROW(xml(nn::detail::line_chart({}, {})));
}

TEST_CASE("a chart shows lines that lie on each other, and has colours for dark pages") {
  const std::vector<double> x{0, 1, 2};
  // Together from 0 to 1, and then apart.
  const auto svg = nn::detail::line_chart({}, {{"a", x, {1, 1, 1}}, {"b", x, {1, 1, 2}}});
  CHECK(count(svg, "<polyline") == 3);
  CHECK(count(svg, "stroke-dasharray") == 1);
  CHECK(count(nn::detail::line_chart({}, {{"a", x, {1, 1, 1}}, {"b", x, {2, 2, 2}}}), "stroke-dasharray") == 0);
  for (const auto* rule :
       {"[fill=\"#1d2126\"] { fill: #", "[stroke=\"#d7dce1\"] { stroke: #", "[stroke=\"#0072b2\"] { stroke: #"})
    CHECK(contains(svg, rule));
  nn::report page({}, "t");
  CHECK_FALSE(contains(page.figure(svg, "losses").to_html(), "class=\"figure light\""));
}

TEST_CASE("a report is loaded again only where it says so") {
  nn::report page({}, "t");
  CHECK_FALSE(contains(page.to_html(), "refresh"));
  CHECK(contains(page.refresh(5).to_html(), "<meta http-equiv=\"refresh\" content=\"5\">"));
  CHECK_FALSE(contains(page.refresh(0).to_html(), "refresh"));
  CHECK_THROWS_AS(page.refresh(-1), error);
}
