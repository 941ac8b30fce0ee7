#include <algorithm>
#include <autodiff/array/deflate.hpp>
#include <autodiff/array/error.hpp>
#include <autodiff/array/zip.hpp>
#include <autodiff/array/zip_format.hpp>
#include <fmt/format.h>
#include <istream>

namespace seegrad::detail::zip {
namespace {

constexpr std::int64_t best_ratio = 1100;  // deflate packs 1032 bytes into one at most

auto read_at(std::istream& in, std::int64_t at, std::int64_t n) -> std::string {
  std::string bytes(static_cast<std::size_t>(n), '\0');
  in.clear();
  in.seekg(at);
  in.read(bytes.data(), n);
  if (in.gcount() != n) throw error("the archive is cut off");
  return bytes;
}

auto damaged(std::string_view why) -> error { return error(fmt::format("the archive is damaged: {}", why)); }

// Where the directory is, and what it should hold.
struct directory_place {
  std::int64_t count, bytes, start;
};

auto find_directory(std::istream& in) -> directory_place {
  in.clear();
  in.seekg(0, std::ios::end);
  const std::int64_t size = in.tellg();
  if (size < 0) throw error("the stream cannot be positioned");
  if (size < end_size) throw error("it is no zip archive");
  const auto tail_at = std::max<std::int64_t>(0, size - end_size - longest_comment);
  const auto tail = read_at(in, tail_at, size - tail_at);
  auto end = static_cast<std::int64_t>(tail.size()) - end_size;
  const auto at = [&](std::int64_t i) { return static_cast<std::size_t>(end + i); };
  while (end >= 0 && (number(tail, at(0), 4) != end_mark || end + end_size + number(tail, at(20), 2) != std::ssize(tail))) --end;
  if (end < 0) {
    const auto start = read_at(in, 0, 6);
    throw error(start.starts_with("\x93NUMPY") ? "it is a single array; load_npy reads it"
                : start.starts_with("PK\3\4")  ? "it is damaged or cut off: the directory at its end is missing"
                                               : "it is no zip archive");
  }
  directory_place d{number(tail, at(10), 2), number(tail, at(12), 4), number(tail, at(16), 4)};
  auto part = number(tail, at(4), 2), here = number(tail, at(8), 2), limit = tail_at + end;
  if (const auto l = end - locator_size; l >= 0 && number(tail, at(-locator_size), 4) == locator_mark) {
    const auto record_at = number(tail, at(8 - locator_size), 8);
    if (record_at > tail_at + l - record_size) throw damaged("its directory lies outside");
    const auto record = read_at(in, record_at, record_size);
    if (number(record, 0, 4) != record_mark) throw damaged("the record of its directory is missing");
    part = number(record, 16, 4), here = number(record, 24, 8), limit = record_at;
    d = {number(record, 32, 8), number(record, 40, 8), number(record, 48, 8)};
  }
  if (part != 0 || here != d.count) throw damaged("it is one part of several");
  if (d.start > limit || d.bytes > limit - d.start) throw damaged("its directory lies outside");
  return d;
}

// Reads in full what does not fit the fields before.
auto read_full(std::string_view extra, std::initializer_list<std::int64_t*> fields) -> void {
  std::size_t p = 0;
  while (extra.size() - p >= 4) {
    const auto id = number(extra, p, 2);
    const auto bytes = static_cast<std::size_t>(number(extra, p + 2, 2));
    p += 4;
    if (extra.size() - p < bytes) break;
    if (id == full_id) {
      const auto end = p + bytes;
      for (auto* f : fields)
        if (*f == too_large && end - p >= 8) *f = number(extra, p, 8), p += 8;
      return;
    }
    p += bytes;
  }
}

}  // namespace

auto directory(std::istream& in) -> std::vector<entry> {
  const auto [count, bytes, start] = find_directory(in);
  const auto all = read_at(in, start, bytes);
  std::vector<entry> out;
  std::size_t p = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    if (all.size() - p < 46 || number(all, p, 4) != central_mark) throw damaged("its directory is cut off");
    const auto length = [&](std::size_t at) { return static_cast<std::size_t>(number(all, p + at, 2)); };
    const auto name = length(28), extra = length(30), comment = length(32);
    if (all.size() - p - 46 < name + extra + comment) throw damaged("its directory is cut off");
    entry e;
    e.name = all.substr(p + 46, name);
    const auto fail = [&](std::string_view why) { return error(fmt::format("'{}': {}", e.name, why)); };
    const auto flags = number(all, p + 8, 2), method = number(all, p + 10, 2);
    auto local = number(all, p + 42, 4);
    e.checksum = static_cast<std::uint32_t>(number(all, p + 16, 4));
    e.packed = number(all, p + 20, 4), e.size = number(all, p + 24, 4);
    read_full(std::string_view(all).substr(p + 46 + name, extra), {&e.size, &e.packed, &local});
    if (flags & 1) throw fail("it is encrypted");
    if (method != 0 && method != 8)
      throw fail(fmt::format("it is packed by method {}; stored (0) and deflated (8) are known", method));
    e.deflated = method == 8;
    // The sizes beside the entry may be left open; those of the directory count. What is needed is how long the name is there.
    if (local > start - 30) throw fail("it lies outside of the archive");
    const auto head = read_at(in, local, 30);
    if (number(head, 0, 4) != local_mark) throw fail("it does not begin where the directory says");
    e.at = local + 30 + number(head, 26, 2) + number(head, 28, 2);
    if (e.at > start || e.packed > start - e.at) throw fail("it lies outside of the archive");
    if (e.deflated ? e.size / best_ratio > e.packed + 1 : e.size != e.packed) throw fail("its sizes cannot be true");
    out.push_back(std::move(e));
    p += 46 + name + extra + comment;
  }
  auto sorted = out;
  std::sort(sorted.begin(), sorted.end(), [](const entry& a, const entry& b) { return a.at < b.at; });
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i - 1].at + sorted[i - 1].packed > sorted[i].at - 30) throw damaged("entries overlap");
  return out;
}

struct entry_source::unpacking {
  detail::inflater inflater{detail::deflate_frame::none};
  std::vector<char> room = std::vector<char>(std::size_t{1} << 16);
  std::string_view packed;  // what of the room has not been read yet
};

entry_source::entry_source(std::istream& in, const entry& e)
    : in_(in),
      expected_(e.checksum),
      left_(e.size),
      packed_left_(e.packed),
      unpacking_(e.deflated ? std::make_unique<unpacking>() : nullptr) {
  in_.clear();
  in_.seekg(e.at);
}
entry_source::~entry_source() = default;

auto entry_source::read(void* to, std::size_t n) -> void {
  auto* out = static_cast<char*>(to);
  if (static_cast<std::int64_t>(n) > left_)
    throw error(fmt::format("it ends {} bytes too early", static_cast<std::int64_t>(n) - left_));
  if (!unpacking_) {
    in_.read(out, static_cast<std::streamsize>(n));
    if (in_.gcount() != static_cast<std::streamsize>(n)) throw error("the archive is cut off");
  } else {
    unpack(out, n);
  }
  left_ -= static_cast<std::int64_t>(n);
  checksum_ = detail::checksum(checksum_, out, n);
}

auto entry_source::unpack(char* to, std::size_t n) -> void {
  auto& u = *unpacking_;
  while (n > 0) {
    if (u.packed.empty()) {
      const auto more = std::min<std::int64_t>(packed_left_, std::ssize(u.room));
      if (more == 0) throw error("it ends too early");
      in_.read(u.room.data(), more);
      if (in_.gcount() != more) throw error("the archive is cut off");
      packed_left_ -= more;
      u.packed = {u.room.data(), static_cast<std::size_t>(more)};
    }
    detail::inflater::progress made;
    try {
      made = u.inflater.run(u.packed, to, n);
    } catch (const error& e) {
      throw error(fmt::format("it is damaged ({})", e.what()));
    }
    u.packed.remove_prefix(made.read);
    to += made.written, n -= made.written;
    if (made.ended && n > 0) throw error("it ends too early");
  }
}

auto entry_source::finish() -> void {
  if (left_ > 0) throw error(fmt::format("{} bytes follow the array", left_));
  if (checksum_ != expected_) throw error(fmt::format("it is damaged: its checksum is {:08x}, not {:08x}", checksum_, expected_));
}

}  // namespace seegrad::detail::zip
