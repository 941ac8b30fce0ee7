// Zip archives beyond the bounds of the format's first fields (ZIP64).

#include <autodiff/array/error.hpp>
#include <autodiff/array/zip.hpp>
#include <doctest/doctest.h>
#include <sstream>
#include <string>

#include "message.hpp"

using namespace seegrad;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace {

auto read(std::istream& in, const seegrad::detail::zip::entry& e) -> std::string {
  seegrad::detail::zip::entry_source from(in, e);
  std::string bytes(static_cast<std::size_t>(e.size), ' ');
  from.read(bytes.data(), bytes.size());
  return from.finish(), bytes;
}

// An archive of one entry, with ZIP64's fields where the small ones would do, as PyTorch and others write it.
auto little(std::uint64_t x, int bytes) -> std::string {
  std::string out;
  for (; bytes > 0; --bytes, x >>= 8) out += static_cast<char>(x & 255);
  return out;
}
auto large_fields(std::uint64_t size, std::uint64_t packed, std::uint64_t local, std::uint64_t start) -> std::string {
  const auto shared =
      little(45, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(0x3610a686, 4);  // the checksum of "hello"
  const auto head = "PK\3\4"s + shared + little(5, 4) + little(5, 4) + little(1, 2) + little(0, 2) + "a" + "hello";
  const auto extra = little(0x9999, 2) + little(3, 2) + "abc" + little(1, 2) + little(24, 2) + little(size, 8) +
                     little(packed, 8) + little(local, 8);
  const auto directory = "PK\1\2"s + little(45, 2) + shared + little(0xffffffff, 4) + little(0xffffffff, 4) + little(1, 2) +
                         little(extra.size(), 2) + little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) +
                         little(0xffffffff, 4) + "a" + extra;
  const auto record = "PK\6\6"s + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4) + little(0, 4) + little(1, 8) +
                      little(1, 8) + little(directory.size(), 8) + little(start, 8);
  const auto locator = "PK\6\7"s + little(0, 4) + little(head.size() + directory.size(), 8) + little(1, 4);
  return head + directory + record + locator + "PK\5\6"s + little(0, 4) + little(0xffff, 2) + little(0xffff, 2) +
         little(0xffffffff, 4) + little(0xffffffff, 4) + little(0, 2);
}
auto refusal(const std::string& bytes) -> std::string {
  return message_of([&] {
    std::istringstream in(bytes);
    seegrad::detail::zip::directory(in);
  });
}

}  // namespace

TEST_CASE("sizes, places and the directory in the large fields") {
  constexpr std::uint64_t behind = 30 + 1 + 5;
  std::istringstream in(large_fields(5, 5, 0, behind));
  const auto all = seegrad::detail::zip::directory(in);
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "a");
  CHECK(read(in, all[0]) == "hello");
  const auto none = ~std::uint64_t{0};
  CHECK(refusal(large_fields(none, 5, 0, behind)).find("beyond any file") != std::string::npos);
  CHECK(refusal(large_fields(5, std::uint64_t{1} << 62, 0, behind)).find("outside") != std::string::npos);
  CHECK(refusal(large_fields(std::uint64_t{1} << 62, 5, 0, behind)).find("sizes") != std::string::npos);
  CHECK(refusal(large_fields(5, 5, std::uint64_t{1} << 62, behind)).find("outside") != std::string::npos);
  CHECK(refusal(large_fields(5, 5, 0, std::uint64_t{1} << 62)).find("outside") != std::string::npos);
  CHECK(refusal(large_fields(5, 5, 0, 0)).find("cut off") != std::string::npos);
}

TEST_CASE("more entries than two bytes can count") {
  constexpr int count = 65600;
  std::stringstream file;
  seegrad::detail::zip::writer archive(file);
  for (int i = 0; i < count; ++i) archive.add(std::to_string(i), {"x"sv}, false);
  archive.finish();
  const auto all = seegrad::detail::zip::directory(file);
  REQUIRE(all.size() == count);
  CHECK(all.back().name == std::to_string(count - 1));
  CHECK(read(file, all.back()) == "x");
}
