#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <nn/data/byte_file.hpp>
#include <nn/data/image/pixels.hpp>

namespace seegrad::nn::detail {
namespace {

// Bytes one by one.
class byte_reader {
 public:
  explicit byte_reader(byte_file& file) : file_(file) {}
  /// -1 at the end.
  auto get() -> int {
    if (at_ == bytes_.size()) {
      bytes_ = file_.read(std::size_t{1} << 16);
      at_ = 0;
      if (bytes_.empty()) return -1;
    }
    return bytes_[at_++];
  }
  /// The next n, or fewer at the end.
  auto get(std::size_t n) -> std::vector<std::uint8_t> {
    const auto begin = bytes_.begin() + static_cast<std::ptrdiff_t>(at_);
    std::vector<std::uint8_t> out(begin, begin + static_cast<std::ptrdiff_t>(std::min(n, bytes_.size() - at_)));
    at_ += out.size();
    const auto rest = file_.read(n - out.size());
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }

 private:
  byte_file& file_;
  std::vector<std::uint8_t> bytes_;
  std::size_t at_ = 0;
};

class netpbm_reader {
 public:
  netpbm_reader(byte_file& file, std::int64_t most_pixels) : file_(file), in_(file), most_(most_pixels) {}

  auto read() -> array {
    const auto letter = in_.get(), digit = in_.get();
    if (letter != 'P' || digit < '1' || digit > '7') file_.fail("it is no picture in a format of Netpbm");
    if (digit == '7') file_.fail("it is a PAM file (P7), and P1 to P6 are read; pamtopnm makes one of them");
    const bool is_bits = digit == '1' || digit == '4', is_text = digit <= '3';
    channels_ = digit == '3' || digit == '6' ? 3 : 1;
    width_ = number("the width"), height_ = number("the height");
    if (!is_bits) largest_ = number("the largest number");
    if (largest_ < 1 || largest_ > 65535) file_.fail(fmt::format("its largest number is {}, and 1 to 65535 can be", largest_));
    try {
      check_extents(height_, width_, most_);
    } catch (const error& e) {
      file_.fail(e.what());
    }
    return is_text ? text(is_bits) : is_bits ? bits() : bytes();
  }

 private:
  static auto is_space(int c) -> bool { return c == ' ' || (c >= '\t' && c <= '\r'); }

  // The first byte that is neither space nor in a comment, which goes from # to the end of the line.
  auto next() -> int {
    for (;;) {
      auto c = in_.get();
      if (c == '#')
        while (c != '\n' && c != '\r' && c != -1) c = in_.get();
      if (!is_space(c)) return c;
    }
  }

  // One byte of space that ends it is read, too: behind the header of a format of bytes there is one exactly.
  auto number(const char* what) -> std::uint64_t {
    auto c = next();
    if (c < '0' || c > '9') file_.fail(c == -1 ? fmt::format("it ends before {}", what) : fmt::format("{} is no number", what));
    std::uint64_t n = 0;
    for (; c >= '0' && c <= '9'; c = in_.get()) {
      n = 10 * n + static_cast<std::uint64_t>(c - '0');
      if (n > 0xffffffff) file_.fail(fmt::format("{} is beyond all that can be", what));
    }
    if (c == '#')
      while (c != '\n' && c != '\r' && c != -1) c = in_.get();
    if (c != -1 && !is_space(c)) file_.fail(fmt::format("something other than space follows {}", what));
    return n;
  }

  auto result(std::span<const std::uint16_t> levels) const -> array {
    return planes_of(levels, channels_, static_cast<index_t>(height_), static_cast<index_t>(width_),
                     static_cast<float>(largest_));
  }

  auto need(std::uint64_t n) -> std::vector<std::uint8_t> {
    if (n > file_.bound()) file_.fail(fmt::format("its pixels need {} bytes, and the file holds at most {}", n, file_.bound()));
    auto all = in_.get(n);
    if (all.size() < n) file_.fail(fmt::format("its pixels need {} bytes, and {} are there", n, all.size()));
    if (in_.get() != -1) file_.fail("more bytes follow the picture");
    return all;
  }

  auto check(std::uint64_t level) const -> std::uint16_t {
    if (level > largest_) file_.fail(fmt::format("a pixel has {}, and the largest number is {}", level, largest_));
    return static_cast<std::uint16_t>(level);
  }

  // A 1 is black.
  auto bits() -> array {
    const auto row = (width_ + 7) / 8;
    const auto packed = need(row * height_);
    std::vector<std::uint16_t> levels;
    levels.reserve(width_ * height_);
    for (std::uint64_t y = 0; y < height_; ++y)
      for (std::uint64_t x = 0; x < width_; ++x) levels.push_back(packed[y * row + x / 8] >> (7 - x % 8) & 1 ? 0 : 1);
    return result(levels);
  }

  auto bytes() -> array {
    const auto n = width_ * height_ * static_cast<std::uint64_t>(channels_);
    const auto all = need(largest_ > 255 ? 2 * n : n);
    std::vector<std::uint16_t> levels(n);
    for (std::uint64_t i = 0; i < n; ++i) levels[i] = check(largest_ > 255 ? 256u * all[2 * i] + all[2 * i + 1] : all[i]);
    return result(levels);
  }

  auto text(bool is_bits) -> array {
    const auto n = width_ * height_ * static_cast<std::uint64_t>(channels_);
    if (n > file_.bound()) file_.fail(fmt::format("its pixels need {} bytes, and the file holds at most {}", n, file_.bound()));
    std::vector<std::uint16_t> levels;
    while (levels.size() < n) {
      if (!is_bits) {
        levels.push_back(check(number("a pixel")));
        continue;
      }
      const auto c = next();  // bits need no space between them
      if (c != '0' && c != '1') file_.fail(c == -1 ? "it ends before a pixel" : "a pixel is neither 0 nor 1");
      levels.push_back(c == '1' ? 0 : 1);
    }
    if (next() != -1) file_.fail("more follows the picture");
    return result(levels);
  }

  byte_file& file_;
  byte_reader in_;
  std::int64_t most_;
  index_t channels_ = 1;
  std::uint64_t width_ = 0, height_ = 0, largest_ = 1;
};

}  // namespace

auto read_netpbm(const std::filesystem::path& path, std::int64_t most_pixels) -> array {
  byte_file file(path, "load_image");
  return netpbm_reader(file, most_pixels).read();
}

auto netpbm_of(const pixels& p) -> std::string {
  auto out = fmt::format("P{}\n{} {}\n{}\n", p.channels == 1 ? 5 : 6, p.width, p.height, p.bits == 8 ? 255 : 65535);
  out.append(reinterpret_cast<const char*>(p.bytes.data()), p.bytes.size());
  return out;
}

}  // namespace seegrad::nn::detail
