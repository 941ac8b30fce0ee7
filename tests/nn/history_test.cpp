// What training measured: rows, columns, CSV, plots.

#include "files.hpp"

#include <cmath>
#include <doctest/doctest.h>
#include <nn/see/history.hpp>

using namespace seegrad;

TEST_CASE("rows may leave columns out and bring new ones") {
  nn::history h;
  h.append({{"epoch", 1}, {"loss", 0.5}});
  h.append({{"loss", 0.25}, {"accuracy", 0.75}});
  CHECK(h.size() == 2);
  CHECK(h.columns() == std::vector<std::string>{"epoch", "loss", "accuracy"});
  CHECK(h["loss"] == std::vector<double>{0.5, 0.25});
  CHECK(h["epoch"][0] == 1);
  CHECK(std::isnan(h["epoch"][1]));
  CHECK(std::isnan(h["accuracy"][0]));
  CHECK(h.last("accuracy") == 0.75);
  CHECK(h.has("loss"));
  CHECK_FALSE(h.has("los"));
  CHECK_THROWS_WITH_AS(h["los"], "history: no column 'los'; there are: epoch, loss, accuracy", error);
  CHECK_THROWS_AS(h.append({{"loss", 1}, {"new", 2}, {"loss", 2}}), error);
  CHECK_THROWS_AS(h.append({{"", 1}}), error);
  CHECK(h.size() == 2);
  CHECK_FALSE(h.has("new"));
  CHECK_THROWS_AS(nn::history().draw(), error);
}

TEST_CASE("CSV as RFC 4180 has it") {
  nn::history h;
  h.append({{"epoch", 1}, {"a \"loss\", of x", 0.1}});
  h.append({{"epoch", 2}});
  h.append({{"a \"loss\", of x", -INFINITY}});
  CHECK(h.to_csv() == "epoch,\"a \"\"loss\"\", of x\"\n1,0.1\n2,\n,-inf\n");

  const auto r = nn::history::from_csv("\xEF\xBB\xBFx,\"y,\"\"z\"\"\r\nw\"\r\n1e-3, 2 \r\n\"3\",\r\n");
  CHECK(r.columns() == std::vector<std::string>{"x", "y,\"z\"\r\nw"});
  CHECK(r["x"] == std::vector<double>{0.001, 3});
  CHECK(r["y,\"z\"\r\nw"][0] == 2);
  CHECK(std::isnan(r["y,\"z\"\r\nw"][1]));
  CHECK(nn::history::from_csv("").size() == 0);
  CHECK(nn::history::from_csv("a").columns().size() == 1);
}

TEST_CASE("a file is read back as it was") {
  const scratch_folder in;
  nn::history h;
  for (int k = 0; k < 50; ++k) h.append({{"epoch", k}, {"loss, ", std::sin(k) / 3e10}});
  h.save_csv(in / "a b.csv");
  const auto r = nn::history::load_csv(in / "a b.csv");
  CHECK(r.columns() == h.columns());
  CHECK(r["epoch"] == h["epoch"]);
  CHECK(r["loss, "] == h["loss, "]);
  CHECK_THROWS_AS(nn::history::load_csv(in / "none.csv"), error);
  nn::history one;
  one.append({{"x", NAN}});
  CHECK(nn::history::from_csv(one.to_csv()).size() == 1);
}

TEST_CASE("a damaged file says where") {
  CHECK_THROWS_WITH_AS(nn::history::from_csv("a,b\n1,2\n3\n"), "history: line 3 of the CSV has 1 cells, and there are 2 columns",
                       error);
  CHECK_THROWS_WITH_AS(nn::history::from_csv("a\n1x\n"), "history: '1x' in line 2 of the CSV is no number", error);
  CHECK_THROWS_AS(nn::history::from_csv("a,a\n"), error);
  CHECK_THROWS_AS(nn::history::from_csv("a,\n"), error);
  CHECK_THROWS_AS(nn::history::from_csv("\"a\n"), error);
  CHECK_THROWS_AS(nn::history::from_csv("\"a\"b\n"), error);
}

TEST_CASE("losses and metrics have a panel each") {
  nn::history h;
  h.append({{"epoch", 10}, {"training loss", 2}, {"lr", 0.125}, {"val_accuracy", 0.5}});
  h.append({{"epoch", 11}, {"training loss", 1}, {"lr", 0.125}, {"val_accuracy", 0.75}});
  const auto text = h.draw().to_gnuplot();
  CHECK(contains(text, "$data0 << END\n10 2\n11 1\nEND"));
  CHECK(contains(text, "$data1 << END\n10 0.5\n11 0.75\nEND"));
  CHECK_FALSE(contains(text, "0.125"));
  CHECK(contains(text, "'training loss'"));
  CHECK_FALSE(contains(text, "logscale"));
  CHECK(contains(h.draw({}, {}, true).to_gnuplot(), "logscale y"));
  nn::history without;
  without.append({{"loss", 7}});
  CHECK(contains(without.draw().to_gnuplot(), "$data0 << END\n1 7\nEND"));
}
