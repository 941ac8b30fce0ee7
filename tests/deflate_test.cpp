// What is packed, and checksums, with zlib and without.
#include <autodiff/array/deflate.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/npz.hpp>
#include <doctest/doctest.h>
#include <sstream>
#include <string>

using namespace seegrad;
using detail::checksum, detail::inflater, detail::deflate_frame;

TEST_CASE("checksums are those of the definition, also of what comes in parts") {
  const std::string digits = "123456789";
  CHECK(checksum(0, nullptr, 0) == 0);
  CHECK(checksum(0, digits.data(), 9) == 0xcbf43926u);  // the check value of CRC-32 (catalogue of parametrised CRC algorithms)
  for (std::size_t cut = 0; cut <= 9; ++cut)
    CHECK(checksum(checksum(0, digits.data(), cut), digits.data() + cut, 9 - cut) == 0xcbf43926u);
}

TEST_CASE("archives that are not packed need no zlib") {
  std::stringstream file;
  save_npz(file, {{"w", array{1.0, 2.0, 3.0}}}, packing::stored);
  CHECK(load_npz(file).at("w").at(2) == 3);
}

#ifdef SEEGRAD_COMPRESSION

namespace {

// By parts of a bytes and into rooms of b, until it has ended or takes nothing more.
auto unpacked(std::string_view packed, deflate_frame frame, std::size_t a, std::size_t b) -> std::string {
  inflater one(frame);
  std::string out, room(b, '\0');
  for (;;) {
    const auto made = one.run(packed.substr(0, a), room.data(), b);
    packed.remove_prefix(made.read), out.append(room, 0, made.written);
    if (made.ended) return out;
    if (made.read + made.written == 0) return out + "…";
  }
}

}  // namespace

TEST_CASE("what gzip has packed, and what we have") {
  using namespace std::string_literals;
  const std::string text = "d(uv) = u dv + v dud(uv) = u dv + v dud(uv) = u dv + v du";
  // By Python's module gzip.
  const auto packed =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xd1\x28\x2d\xd3\x54\xb0\x55\x28\x55\x48"
      "\x29\x53\xd0\x56\x28\x53\x48\x29\x4d\x21\x4a\x08\x00\xdc\xdd\xe9\x92\x39\x00\x00\x00"s;
  const auto ours = detail::deflated({std::string_view(text).substr(0, 10), "", std::string_view(text).substr(10)});
  for (const std::size_t a : {1, 7, 1000})
    for (const std::size_t b : {1, 5, 1000}) {
      CHECK(unpacked(packed, deflate_frame::gzip, a, b) == text);
      CHECK(unpacked(ours, deflate_frame::none, a, b) == text);
    }
  CHECK(unpacked(packed.substr(0, packed.size() - 1), deflate_frame::gzip, 1000, 1000) == text + "…");
  auto damaged = packed;
  damaged[damaged.size() - 6] = static_cast<char>(damaged[damaged.size() - 6] ^ 1);  // its checksum
  CHECK_THROWS_AS(unpacked(damaged, deflate_frame::gzip, 1000, 1000), error);
}

#else

TEST_CASE("what is packed, or should be, is refused in one sentence") {
  std::stringstream file;
  CHECK_THROWS_WITH_AS(save_npz(file, {{"w", array{1.0}}}, packing::deflated), doctest::Contains("was built without zlib"),
                       error);
  CHECK_THROWS_WITH_AS(inflater(deflate_frame::gzip), doctest::Contains("was built without zlib"), error);
}

#endif
