#include <nn/data/byte_file.hpp>

#include <algorithm>
#include <array>
#include <autodiff/array/deflate.hpp>
#include <autodiff/array/error.hpp>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <limits>

namespace seegrad::nn::detail {

struct byte_file::unpacker {
  seegrad::detail::inflater inflater{seegrad::detail::deflate_frame::gzip};
  bool in_member = true;
  std::array<char, std::size_t{1} << 16> room;
  std::string_view packed;  // what of the room has not been read yet
};

byte_file::byte_file(std::filesystem::path file, std::string who)
    : file_(std::move(file)), who_(std::move(who)), bound_(std::numeric_limits<std::uint64_t>::max()) {
  std::error_code none;
  if (std::filesystem::is_directory(file_, none)) throw error(fmt::format("{}: '{}' is a directory", who_, file_.string()));
  errno = 0;
  in_.open(file_, std::ios::binary);
  if (!in_) throw error(fmt::format("{}: cannot read '{}': {}", who_, file_.string(), std::strerror(errno ? errno : EIO)));
  if (const auto size = std::filesystem::file_size(file_, none); !none) bound_ = size;

  char magic[2] = {};
  in_.read(magic, 2);
  const bool packed = in_.gcount() == 2 && magic[0] == '\x1f' && magic[1] == '\x8b';
  in_.clear();
  in_.seekg(0);
  if (!in_) fail("it is no regular file");
  if (!packed) return;
  try {
    unpacker_ = std::make_unique<unpacker>();
  } catch (const error& e) {
    fail(e.what());
  }
  // Deflate makes at most 1032 bytes of one: 258 of two bits.
  if (bound_ <= std::numeric_limits<std::uint64_t>::max() / 1032) bound_ *= 1032;
}

byte_file::~byte_file() = default;

auto byte_file::fail(const std::string& what) const -> void {
  throw error(fmt::format("{}: '{}': {}", who_, file_.string(), what));
}

auto byte_file::read_some(unsigned char* to, std::size_t n) -> std::size_t {
  if (!unpacker_) {
    in_.read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(n));
    if (in_.bad()) fail("it cannot be read to its end");
    return static_cast<std::size_t>(in_.gcount());
  }
  auto& u = *unpacker_;
  std::size_t done = 0;
  while (done < n) {
    if (u.packed.empty()) {
      in_.read(u.room.data(), static_cast<std::streamsize>(u.room.size()));
      u.packed = {u.room.data(), static_cast<std::size_t>(in_.gcount())};
      if (u.packed.empty()) {
        if (u.in_member) fail("what gzip packed is cut off");
        break;
      }
    }
    if (!u.in_member) u.inflater.begin_again(), u.in_member = true;  // members follow each other as if they were one
    seegrad::detail::inflater::progress made;
    try {
      made = u.inflater.run(u.packed, reinterpret_cast<char*>(to) + done, n - done);
    } catch (const error& e) {
      fail(fmt::format("what gzip packed is damaged: {}", e.what()));
    }
    u.packed.remove_prefix(made.read);
    done += made.written;
    if (made.ended) u.in_member = false;
  }
  return done;
}

auto byte_file::read(std::size_t n) -> std::vector<unsigned char> {
  constexpr std::size_t first = std::size_t{1} << 20, most = std::size_t{1} << 30;
  std::vector<unsigned char> bytes;
  while (bytes.size() < n) {
    const auto old = bytes.size(), more = std::min({n - old, std::max(first, old), most});
    bytes.resize(old + more);
    const auto got = read_some(bytes.data() + old, more);
    bytes.resize(old + got);
    if (got < more) break;
  }
  return bytes;
}

auto text_of(const std::filesystem::path& path, const std::string& who) -> std::string {
  byte_file file(path, who);
  const auto bytes = file.read(std::numeric_limits<std::size_t>::max());
  return {bytes.begin(), bytes.end()};
}

}  // namespace seegrad::nn::detail
