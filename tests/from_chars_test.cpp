// What stands in for std::from_chars of a double, beside it.
#include <autodiff/array/from_chars.hpp>
#include <autodiff/array/random.hpp>
#include <bit>
#include <cmath>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <string>

using namespace seegrad;

#ifdef __cpp_lib_to_chars

namespace {

auto agree(const std::string& text) -> void {
  CAPTURE(text);
  double ours = 7, theirs = 7;
  const auto got = detail::from_chars_by_stream(text.data(), text.data() + text.size(), ours);
  const auto wanted = std::from_chars(text.data(), text.data() + text.size(), theirs);
  CHECK((got.ec == wanted.ec));
  CHECK(got.ptr - text.data() == wanted.ptr - text.data());
  if (!std::isnan(theirs)) CHECK(std::bit_cast<std::uint64_t>(ours) == std::bit_cast<std::uint64_t>(theirs));
  else CHECK(std::isnan(ours));
}

}  // namespace

TEST_CASE("numbers, and what looks like them") {
  for (const auto* text : {"0",      "-0",     "-0.0",     "1",        "-1.5",     "1.",     ".5",
                           "-.5",    ".",      "-",        "+1",       "",         " 1",     "1 ",
                           "1e5",    "1e",     "1e+",      "1E-3x",    "1.5abc",   "0x10",   "1e400",
                           "-1e400", "1e-400", "0e999",    "0.0e-999", "4.9e-324", "2e-324", "1.7976931348623157e308",
                           "inf",    "-INF",   "Infinity", "infinit",  "nan",      "-NaN",   "nano",
                           "1,5",    "1'000",  "1_0",      "1..2",     "1e5.5",    "--1",    "e5"})
    agree(text);
}

TEST_CASE("every number comes back from its shortest text, and from a text of many digits") {
  generator g(1);
  const auto words = randint(g, {400}, 0, std::int64_t{1} << 62);
  for (index_t i = 0; i < words.size(); ++i) {
    const auto x = std::bit_cast<double>(words.elements<std::int64_t>()[static_cast<std::size_t>(i)]);
    if (!std::isfinite(x)) continue;
    agree(fmt::format("{}", x)), agree(fmt::format("{:.17e}", -x)), agree(fmt::format("{:.40g}abc", x));
  }
}

#endif

TEST_CASE("a double and a whole number") {
  const std::string text = "2.5,12";
  double x = 0;
  const auto first = detail::from_chars(text.data(), text.data() + text.size(), x);
  CHECK((first.ec == std::errc() && *first.ptr == ',' && x == 2.5));
  int n = 0;
  const auto second = detail::from_chars(first.ptr + 1, text.data() + text.size(), n);
  CHECK((second.ec == std::errc() && second.ptr == text.data() + text.size() && n == 12));
}
