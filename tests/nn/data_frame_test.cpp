// Tables of numbers, categories and dates; whatever is damaged gives an error or a table, and nothing else.

#include <autodiff/array/create.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <limits>
#include <nn/data/data_frame.hpp>
#include <nn/data/iso_date.hpp>
#include <random>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../scratch_folder.hpp"

using namespace seegrad;

namespace {

const std::string passengers =
    "name,sex,age,class,born\n"
    "\"Brown, Ann\",female,38,1,1874-01-02\n"
    "Carl,male,NA,3,1890-12-31T12:00\n"
    "Dora,female,4.5,2,\n"
    "?,male,22,3,1890-12-31T12:00:00+02:00\n";

auto labels(const array& x) -> std::vector<std::int64_t> { return x.to_vector<std::int64_t>(); }
using numbers = std::vector<std::int64_t>;
using words = std::vector<std::string>;
const auto none = std::numeric_limits<double>::quiet_NaN();

/// Equal numbers, and NaN where there is NaN.
auto same(const array& x, const array& wanted) -> bool {
  bool all = x.shape() == wanted.shape() && x.type() == float64;
  for (std::size_t i = 0; all && i < x.elements<double>().size(); ++i) {
    const auto a = x.elements<double>()[i], b = wanted.elements<double>()[i];
    all = std::isnan(b) ? std::isnan(a) : a == b;
  }
  return all;
}

}  // namespace

TEST_CASE("what the columns are is found, and can be printed") {
  const auto schema = nn::parse_csv_schema(passengers);
  CHECK(schema.text() ==
        "name   category: Brown, Ann, Carl, Dora\n"
        "sex    category: female, male\n"
        "age    number\n"
        "class  number\n"
        "born   date\n");
  CHECK(schema["sex"].categories == words{"female", "male"});
  CHECK_THROWS_AS(schema["cabin"], error);
  // One field decides: a number among dates makes categories of both, and what is always missing can be numbers.
  CHECK(nn::parse_csv_schema("a,b,c\n1,2024-01-01,\n2024-01-01,2024-01-02,NA\n").text() ==
        "a  category: 1, 2024-01-01\nb  date\nc  number\n");
  std::string many = "x\n";
  for (int i = 0; i < 13; ++i) many += static_cast<char>('a' + i) + std::string("\n");
  CHECK(nn::parse_csv_schema(many).text() == "x  category: a, b, c, d, e, f, g, h, i, j and 3 others\n");
}

TEST_CASE("columns by their kinds") {
  const auto t = nn::parse_data_frame(passengers);
  CHECK(t.rows() == 4);
  CHECK(same(t.column("age"), array{38.0, none, 4.5, 22.0}));
  CHECK(labels(t.column("sex")) == numbers{0, 1, 0, 1});
  CHECK(t.column("sex").type() == int64);
  CHECK(labels(t.column("name")) == numbers{0, 1, 2, -1});
  // By the datetime of Python; two hours east it is noon two hours earlier.
  CHECK(same(t.column("born"), array{-3029356800.0, -2493028800.0, none, -2493036000.0}));
  CHECK(t.missing("age") == 1);
  CHECK(t.missing("name") == 1);
  CHECK(t.missing("sex") == 0);
  CHECK(same(t.one_hot("sex"), array{{1.0, 0.0}, {0.0, 1.0}, {1.0, 0.0}, {0.0, 1.0}}));
  CHECK(same(t.one_hot("name"), array{{1.0, 0.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}, {0.0, 0.0, 0.0}}));
  CHECK(same(t.features({"class", "sex"}), array{{1.0, 1.0, 0.0}, {3.0, 0.0, 1.0}, {2.0, 1.0, 0.0}, {3.0, 0.0, 1.0}}));
  CHECK(t.feature_names({"class", "sex"}) == words{"class", "sex=female", "sex=male"});
  CHECK(t.features().shape() == dims{4, 3 + 2 + 1 + 1 + 1});
  CHECK(t.feature_names().size() == 8);
  check_contains(message_of([&] { t.one_hot("age"); }), "one_hot: column 'age' has no categories");
  CHECK_THROWS_AS(t.column("cabin"), error);
  CHECK_THROWS_AS(t.features({"age", "cabin"}), error);
}

TEST_CASE("what is missing is kept, left out or refused") {
  const auto whole = nn::parse_data_frame(passengers, {.missing = nn::missing_values::leave_out});
  CHECK(whole.rows() == 1);
  CHECK(same(whole.column("age"), array{38.0}));
  // Only the columns that are read count.
  const auto some =
      nn::parse_data_frame(passengers, {.csv = {.columns = {"age", "sex"}}, .missing = nn::missing_values::leave_out});
  CHECK(same(some.features(), array{{38.0, 1.0, 0.0}, {4.5, 1.0, 0.0}, {22.0, 0.0, 1.0}}));
  check_contains(message_of([] { nn::parse_data_frame(passengers, {.missing = nn::missing_values::refuse}); }),
                 "load_data_frame: 'text', line 3, column 3: the field is missing");
}

TEST_CASE("a schema that is given decides") {
  auto schema = nn::parse_csv_schema(passengers);
  schema["class"].kind = nn::column_kind::category;
  const auto t = nn::parse_data_frame(passengers, {.schema = schema});
  CHECK(t.schema["class"].categories == words{"1", "2", "3"});
  CHECK(labels(t.column("class")) == numbers{0, 2, 1, 2});
  // Other data gets the numbers of the training data, whatever stands in it; its columns are found by name, and others may be there.
  const auto test = nn::parse_data_frame("cabin,class,sex\nA1,3,male\nB2,2,male\n",
                                         {.schema = nn::csv_schema{{t.schema["sex"], t.schema["class"]}}});
  CHECK(labels(test.column("sex")) == numbers{1, 1});
  CHECK(labels(test.column("class")) == numbers{2, 1});
  CHECK(test.features().shape() == dims{2, 5});
  // Without a header columns are "0", "1", …
  const nn::csv_schema bare{{{"1", nn::column_kind::category, {"no", "yes"}}, {"0"}}};
  const auto rows =
      nn::parse_data_frame("1;yes\n2;no\n", {.csv = {.separator = ';', .header = nn::csv_header::no}, .schema = bare});
  CHECK(labels(rows.column("1")) == numbers{1, 0});
  CHECK(same(rows.column("0"), array{1.0, 2.0}));
  CHECK(nn::parse_data_frame("a,b\n").rows() == 0);
}

TEST_CASE("errors name the line and the column") {
  const auto said = [](const char* text, nn::csv_schema schema) {
    return message_of([&] { nn::parse_data_frame(text, {.schema = std::move(schema)}); });
  };
  CHECK(said("a,b\n1,red\n2,blue\n", {{{"b", nn::column_kind::category, {"red", "green"}}}}) ==
        "load_data_frame: 'text', line 3, column 2: 'blue' is none of the 2 categories");
  CHECK(said("a\n1\nx\n", {{{"a"}}}) == "load_data_frame: 'text', line 3, column 1: 'x' is no number");
  CHECK(said("a\n1e999\n", {{{"a"}}}) == "load_data_frame: 'text', line 2, column 1: '1e999' is out of the range of float64");
  check_contains(said("a\n\"x\ny\"\n2023-02-29\n", {{{"a", nn::column_kind::date}}}), "line 2, column 1: 'x?y' is no date");
  check_contains(said("a\n1\n", {{{"b"}}}), "load_data_frame: 'text': there is no column 'b'; there are a");
  check_contains(said("a\n1\n", {}), "the schema has no column");
  check_contains(said("a\nx\n", {{{"a", nn::column_kind::category, {"x", "x"}}}}), "stands twice in the schema");
  check_contains(message_of([] { nn::parse_data_frame("a,b\n1\n"); }), "line 2, column 1: 1 fields, and the first line has 2");
  check_contains(message_of([] { nn::parse_data_frame("a,a\n1,2\n"); }), "several columns 'a'");
  check_contains(message_of([] { nn::load_data_frame("/none/at all"); }), "load_data_frame: cannot read");
}

TEST_CASE("dates of ISO 8601") {
  const auto at = [](const char* text) { return nn::detail::seconds_of(text).value_or(none); };
  // By the datetime of Python.
  CHECK(at("1970-01-01") == 0);
  CHECK(at("2024-02-29") == 1709164800);
  CHECK(at("2000-02-29T23:59:59Z") == 951868799);
  CHECK(at("1900-03-01") == -2203891200);
  CHECK(at("2024-02-29 12:30") == 1709209800);
  CHECK(at("2024-02-29T12:30:00+05:30") == 1709190000);
  CHECK(at("2024-02-29T12:30:00-0800") == 1709238600);
  CHECK(at("2024-02-29T12:30:00+01") == 1709206200);
  CHECK(at("2024-02-29T12:30:00.25Z") == 1709209800.25);
  CHECK(at("2024-02-29t12:30:00,5z") == 1709209800.5);
  for (const auto* wrong : {"",
                            "2023-02-29",
                            "1900-02-29",
                            "2024-13-01",
                            "2024-00-01",
                            "2024-01-32",
                            "2024-1-1",
                            "24-01-01",
                            "20240101",
                            "2024-01-01T",
                            "2024-01-01T24:00",
                            "2024-01-01T12:60",
                            "2024-01-01T12:30:60",
                            "2024-01-01T12",
                            "2024-01-01T12:30+",
                            "2024-01-01T12:30+25",
                            "2024-01-01T12:30Zx",
                            "2024-01-01x",
                            "2024-01-01T12:30:",
                            "2024-01-01T12:30:00.",
                            "+024-01-01",
                            "2024-01-01T12:30+02:",
                            "2024-01-01T-1:30"}) {
    CAPTURE(wrong);
    CHECK_FALSE(nn::detail::seconds_of(wrong));
  }
}

TEST_CASE("files, and what is damaged") {
  const scratch_folder f;
  fill(f / "p.csv", passengers);
  CHECK(nn::load_data_frame(f / "p.csv").rows() == 4);
  CHECK(nn::infer_csv_schema(f / "p.csv").columns.size() == 5);
  std::mt19937 random(3);
  int read = 0;
  const auto attempt = [&](const std::string& text) {
    try {
      const auto t = nn::parse_data_frame(text);
      for (const auto& c : t.columns) CHECK(c.shape() == dims{t.rows()});
      CHECK(t.columns.size() == t.schema.columns.size());
      ++read;
    } catch (const error&) {}
  };
  for (std::size_t n = 0; n < passengers.size(); ++n) attempt(passengers.substr(0, n));
  for (int i = 0; i < 2000; ++i) {
    auto changed = passengers;
    changed[random() % changed.size()] = static_cast<char>(random());
    attempt(changed);
  }
  CHECK(read > 100);
}
