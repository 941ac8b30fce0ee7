// Pictures are read as they were written by others, byte by byte; whatever is damaged gives an error or a picture, and nothing else.

#include <autodiff/array/create.hpp>
#include <autodiff/array/npy.hpp>
#include <autodiff/array/random.hpp>
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <map>
#include <nn/data/image/image.hpp>
#include <nn/data/image/resize.hpp>
#include <random>

#include "../file_bytes.hpp"
#include "../message.hpp"
#include "../numpy_program.hpp"

using namespace seegrad;
namespace fs = std::filesystem;

namespace {

auto from_bytes(const scratch_folder& folder, const std::string& bytes, const nn::image_options& how = {}) -> array {
  const auto file = folder / "picture";
  fs::remove(file);
  fill(file, bytes);
  return nn::load_image(file, how);
}

auto is_picture(const array& x) -> bool {
  if (x.rank() != 3 || x.type() != float32) return false;
  for (const auto v : x.elements<float>())
    if (!(v >= 0 && v <= 1)) return false;
  return true;
}

using namespace std::string_literals;
// All of them are 3 wide and 2 high.
const std::map<std::string, std::string> six_kinds{
    {"P1", "P1\n# bits\n3 2\n101\n0 1 0\n"},
    {"P2", "P2 # grey\n3 # wide\n2\n10\n0 5 10\n1 2 3\n"},
    {"P3", "P3 3 2 255 255 0 0  0 255 0  0 0 255\n51 51 51 102 102 102 0 0 0"},
    {"P4", "P4\n3 2\n\xa0\x40"s},
    {"P5", "P5 3 2 10\n\x00\x05\x0a\x01\x02\x03"s},
    {"P6", "P6\n3 2\n255\n\xff\0\0\0\xff\0\0\0\xff\x33\x33\x33\x66\x66\x66\0\0\0"s},
};

}  // namespace

// --- Netpbm ----------------------------------------------------------------------------------------------------------------

TEST_CASE("the six formats of Netpbm") {
  const scratch_folder f;
  const array bits({{{0, 1, 0}, {1, 0, 1}}}, float32), grey({{{0.0, 0.5, 1.0}, {0.1, 0.2, 0.3}}}, float32),
      color({{{1, 0, 0}, {0.2, 0.4, 0}}, {{0, 1, 0}, {0.2, 0.4, 0}}, {{0, 0, 1}, {0.2, 0.4, 0}}}, float32);
  for (const auto& entry : six_kinds) {
    const auto kind = entry.first;
    CAPTURE(kind);
    const auto x = from_bytes(f, entry.second);
    const auto& wanted = kind == "P1" || kind == "P4" ? bits : kind == "P2" || kind == "P5" ? grey : color;
    CHECK(identical(x, wanted));
  }
  // Two bytes a number, the higher one first; rows of bits begin with a byte of their own.
  const auto wide = from_bytes(f, "P5 2 1 1000\n\x03\xe8\x01\xf4"s);
  CHECK(identical(wide, array({{{1.0, 0.5}}}, float32)));
  const auto rows = from_bytes(f, "P4 9 2\n\xff\x80\x00\x00"s);
  CHECK(rows.shape() == dims{1, 2, 9});
  CHECK(rows(0, 0, 8) == 0);
  CHECK(rows(0, 1, 8) == 1);
  CHECK(identical(from_bytes(f, "P2 1 1 65535 65535"), array({{{1}}}, float32)));
}

TEST_CASE("what is wrong with a file of Netpbm is said") {
  const scratch_folder f;
  const auto said = [&](const std::string& bytes) { return message_of([&] { from_bytes(f, bytes); }); };
  check_contains(said("P7\nWIDTH 1"), "it is a PAM file");
  check_contains(said("P9 1 1"), "no picture in a format of Netpbm");
  check_contains(said(""), "it is no picture in PNG");
  check_contains(said("\xff\xd8\xff\xe0"), "it is JPEG");
  check_contains(said("P5 0 3 255\n"), "a picture of 0 by 3 pixels has none");
  check_contains(said("P5 100000 100000 255\n"), "has more than 67108864; .most_pixels allows more");
  check_contains(said("P5 99999999999 1 255\n"), "the width is beyond all that can be");
  check_contains(said("P5 8000 8000 255\nabc"), "its pixels need 64000000 bytes, and the file holds at most 20");
  check_contains(said("P2 8000 8000 255\n1"), "its pixels need 64000000 bytes");
  check_contains(said("P5 2 1 70000\nab"), "its largest number is 70000");
  check_contains(said("P5 2 1 0\nab"), "its largest number is 0");
  check_contains(said("P5 2 1 9\n\x01\x0a"), "a pixel has 10, and the largest number is 9");
  check_contains(said("P5 2 2 255\nabcxyz"), "more bytes follow");
  check_contains(said("P5 2 2 255\nabc"), "its pixels need 4 bytes, and 3 are there");
  check_contains(said("P2 2 1 255\n1 -1"), "a pixel is no number");
  check_contains(said("P2 2 1 255\n1 2x"), "something other than space follows a pixel");
  check_contains(said("P2 3 1 255\n 12 34"), "it ends before a pixel");
  check_contains(said("P2 2 1 255\n1 2 3"), "more follows the picture");
  check_contains(said("P1 2 1\n12"), "a pixel is neither 0 nor 1");
  check_contains(said("P5 wide"), "the width is no number");
  CHECK(said("P5 2 1 255\nabx").starts_with("load_image: '"));
  check_contains(message_of([&] { nn::load_image(f / "none"); }), "No such file");
  check_contains(message_of([&] { nn::load_image(f.path); }), "directory");
  check_contains(message_of([&] { from_bytes(f, six_kinds.at("P5"), {.most_pixels = 5}); }), "has more than 5");
  CHECK_THROWS_AS(from_bytes(f, six_kinds.at("P5"), {.channels = 5}), error);
}

TEST_CASE("cut off anywhere, changed anywhere: an error, or a picture") {
  const scratch_folder f;
  auto files = six_kinds;
  if (nn::has_png())
    for (const int bits : {8, 16}) {
      generator random(2);
      nn::save_image(f / "x.png", rand(random, {3, 4, 5}), bits);
      files["PNG of " + std::to_string(bits)] = bytes_of(f / "x.png");
    }
  std::mt19937 random(7);
  int refused = 0;
  for (const auto& entry : files) {
    const auto &kind = entry.first, &bytes = entry.second;
    CAPTURE(kind);
    const auto attempt = [&](const std::string& damaged) {
      try {
        const auto x = from_bytes(f, damaged, {.most_pixels = 1000});
        CHECK(is_picture(x));
        return true;
      } catch (const error&) {
        ++refused;
        return false;
      }
    };
    // A picture in text may lose the space at its end, and the last digit of its last number.
    const bool is_text = kind <= "P3", is_png = kind > "P6";
    for (std::size_t n = 0; n < bytes.size(); ++n) {
      const bool read = attempt(bytes.substr(0, n));
      if (!is_text) CHECK_FALSE(read);
    }
    for (int i = 0; i < 1000; ++i) {
      auto changed = bytes;
      const auto at = random() % bytes.size();
      changed[at] = static_cast<char>(changed[at] ^ 1 << random() % 8);
      const bool read = attempt(changed);
      // A checksum guards every part of a PNG file, but a part that nobody needs may change its name.
      if (is_png) CHECK_FALSE(read);
    }
  }
  CHECK(refused > 1000);
}

// --- PNG -------------------------------------------------------------------------------------------------------------------

TEST_CASE("PNG files of every kind, written by another program") {
  if (!nn::has_png() || lacks_numpy()) return;
  const scratch_folder folder;
  REQUIRE(oracle("write", folder.path));
  int count = 0;
  for (const auto& entry : fs::directory_iterator(folder.path)) {
    if (entry.path().extension() != ".png") continue;
    CAPTURE(entry.path().stem().string());
    const auto x = nn::load_image(entry.path());
    auto wanted = load_npy(entry.path().parent_path() / (entry.path().stem().string() + ".npy"));
    CHECK(x.shape() == wanted.shape());
    CHECK(all_close(x.cast(float64), wanted, 0, 1e-7));
    ++count;
  }
  CHECK(count == 5 * 2 * (5 + 2 + 4 + 4 + 2 + 2) + 1);
}

TEST_CASE("a small PNG file that claims to be large takes no memory") {
  if (!nn::has_png()) return;
  const scratch_folder f;
  nn::save_image(f / "x.png", ones({1, 2, 2}));
  const auto bytes = bytes_of(f / "x.png");
  // Width and height stand at 16, and the checksum of the head at 29; zlib's crc32 of each head was computed by Python.
  const auto with_extents = [&](const std::string& extents, const std::string& checksum) {
    auto changed = bytes;
    changed.replace(16, 8, extents).replace(29, 4, checksum);
    return message_of([&] { from_bytes(f, changed); });
  };
  seegrad::detail::pool::reset_peak();
  const auto before = seegrad::detail::pool::in_use().peak;
  check_contains(with_extents("\0\0\x1f\x40\0\0\x1f\x40"s, "\x23\x9a\xf2\x28"), "does not fit in a file of");
  check_contains(with_extents("\x7f\xff\xff\xff\x7f\xff\xff\xff"s, "\x31\xa2\x54\xba"), "has more than 67108864");
  CHECK(seegrad::detail::pool::in_use().peak - before < 1 << 16);
}

// --- both ------------------------------------------------------------------------------------------------------------------

TEST_CASE("what is written is what another program reads, and we read again") {
  const scratch_folder folder;
  generator random(5);
  for (const auto* suffix : {".png", ".ppm", ".pgm"}) {
    const bool is_png = suffix == std::string(".png");
    if (is_png && !nn::has_png()) continue;
    for (const index_t channels : {1, 2, 3, 4}) {
      if (!is_png && channels != (suffix == std::string(".ppm") ? 3 : 1)) continue;
      for (const int bits : {8, 16})
        for (const dims& size : {dims{1, 1}, dims{7, 5}, dims{30, 40}}) {
          const auto name =
              "x" + std::to_string(channels) + "_" + std::to_string(bits) + "_" + std::to_string(size[0]) + "_" + (suffix + 1);
          const auto x = uniform(random, dims{channels} + size, -0.1, 1.1);
          nn::save_image(folder / (name + suffix), x, bits);
          save_npy(folder / (name + ".npy"), x);
          const auto back = nn::load_image(folder / (name + suffix));
          REQUIRE(back.shape() == x.shape());
          const double half = bits == 8 ? 0.5 / 255 : 0.5 / 65535;
          for (index_t i = 0; i < x.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            CHECK(std::abs(back.elements<float>()[at] - std::clamp(x.elements<double>()[at], 0.0, 1.0)) <= half + 1e-7);
          }
        }
    }
    if (!lacks_numpy()) CHECK(oracle("read", folder.path));
  }
  nn::save_image(folder / "matrix.pgm", array{{0.0, 1.0}}, 8);
  CHECK(bytes_of(folder / "matrix.pgm") == "P5\n2 1\n255\n\0\xff"s);
}

TEST_CASE("what is no picture is not written") {
  const scratch_folder folder;
  const auto said = [&](const char* name, const array& x, int bits = 8) {
    return message_of([&] { nn::save_image(folder / name, x, bits); });
  };
  check_contains(said("x.pgm", zeros({3})), "the shape [3] is no picture");
  check_contains(said("x.pgm", zeros({5, 2, 2})), "1 to 4 channels");
  check_contains(said("x.pgm", zeros({1, 0, 2})), "and pixels");
  check_contains(said("x.pgm", zeros({1, 2, 2}, int64)), "a picture of int64");
  check_contains(said("x.pgm", full({1, 2, 2}, std::nan(""))), "NaN");
  check_contains(said("x.pgm", zeros({1, 2, 2}), 12), "12 bits");
  check_contains(said("x.pgm", zeros({3, 2, 2})), ".pgm has one channel, and the picture 3");
  check_contains(said("x.ppm", zeros({1, 2, 2})), ".ppm has three channels");
  check_contains(said("x.pnm", zeros({2, 2, 2})), ".pnm has one channel or three");
  check_contains(said("x.jpg", zeros({1, 2, 2})), "its suffix is not");
  check_contains(said("none/x.pgm", zeros({1, 2, 2})), "No such file");
  CHECK(folder.files() == 0);
  if (!nn::has_png()) check_contains(said("x.png", zeros({1, 2, 2})), "libpng");
}

TEST_CASE("channels that are wanted") {
  const scratch_folder f;
  const auto get = [&](const char* kind, index_t channels) { return from_bytes(f, six_kinds.at(kind), {.channels = channels}); };
  CHECK(get("P5", 1).shape() == dims{1, 2, 3});
  const auto grey = get("P5", 0), color = get("P6", 0);
  for (const index_t c : {0, 1, 2}) {
    CHECK(identical(get("P5", 3).select(0, c), grey.select(0, 0)));
    CHECK(identical(get("P6", 4).select(0, c), color.select(0, c)));
  }
  CHECK(identical(get("P5", 2).select(0, 1), ones({2, 3}, float32)));
  CHECK(identical(get("P6", 4).select(0, 3), ones({2, 3}, float32)));
  CHECK(all_close(get("P6", 1), array({{{0.299, 0.587, 0.114}, {0.2, 0.4, 0}}}, float32)));
  if (!nn::has_png()) return;
  const array with_alpha({{{0.2, 0.4}}, {{0.4, 0.4}}, {{0.6, 0.4}}, {{1.0, 0.0}}}, float32);
  nn::save_image(f / "a.png", with_alpha);
  CHECK(all_close(nn::load_image(f / "a.png", {.channels = 3}), with_alpha.slice(0, 0, 3, 1)));
  CHECK(all_close(nn::load_image(f / "a.png", {.channels = 2}), array({{{0.363, 0.4}}, {{1.0, 0.0}}}, float32), 1e-6));
}

TEST_CASE("pictures are resized as by PyTorch") {
  std::vector<double> numbers;
  for (int i = 0; i < 70; ++i) numbers.push_back(i * 37 % 101 / 101.0 - 0.5);
  const array x(numbers, {2, 5, 7});
  std::ifstream in(RESIZED);
  REQUIRE(in);
  int cases = 0;
  for (index_t height = 0, width = 0; in >> height >> width; ++cases) {
    std::vector<double> wanted(static_cast<std::size_t>(2 * height * width));
    for (auto& v : wanted) in >> v;
    CAPTURE(height);
    CAPTURE(width);
    CHECK(all_close(nn::resize_bilinear(x, height, width), array(wanted, {2, height, width}), 1e-12, 1e-13));
    CHECK(all_close(nn::resize_bilinear(x.cast(float32), height, width), array(wanted, {2, height, width}).cast(float32), 1e-5,
                    1e-6));
  }
  CHECK(cases == 7);
  CHECK(identical(nn::resize_bilinear(x, 5, 7), x));
  CHECK(nn::resize_bilinear(zeros({0, 3, 3}), 2, 2).shape() == dims{0, 2, 2});
  CHECK_THROWS_AS(nn::resize_bilinear(zeros({3}), 2, 2), error);
  CHECK_THROWS_AS(nn::resize_bilinear(zeros({3, 3}, int64), 2, 2), error);
  CHECK_THROWS_AS(nn::resize_bilinear(zeros({3, 3}), 0, 2), error);
  CHECK_THROWS_AS(nn::resize_bilinear(zeros({0, 3}), 2, 2), error);
}
