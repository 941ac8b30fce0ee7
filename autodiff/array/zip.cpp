#include <autodiff/array/zip.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <fmt/format.h>
#include <istream>
#include <limits>
#include <ostream>
#include <zlib.h>

namespace seegrad::zip {
namespace {

constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50;
// ZIP64: numbers that do not fit their fields have these values there, and stand in full in a field of their own, or in a record before the end.
constexpr std::uint32_t record_mark = 0x06064b50, locator_mark = 0x07064b50, too_large = 0xffffffff, too_many = 0xffff;
constexpr int full_id = 1;
constexpr std::int64_t end_size = 22, locator_size = 20, record_size = 56, longest_comment = 65535;
constexpr std::int64_t best_ratio = 1100;  // deflate packs 1032 bytes into one at most

// Whole numbers of n bytes, the lowest first.
auto number(std::string_view bytes, std::size_t at, int n) -> std::int64_t {
  std::uint64_t x = 0;
  for (int i = n - 1; i >= 0; --i) x = x << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  if (x >> 63) throw error("the archive is damaged: a number is beyond any file");
  return static_cast<std::int64_t>(x);
}
auto append(std::string& to, std::initializer_list<std::pair<std::uint64_t, int>> numbers) -> void {
  for (auto [x, n] : numbers)
    for (; n > 0; --n, x >>= 8) to += static_cast<char>(x & 255);
}

auto read_at(std::istream& in, std::int64_t at, std::int64_t n) -> std::string {
  std::string bytes(static_cast<std::size_t>(n), '\0');
  in.clear();
  in.seekg(at);
  in.read(bytes.data(), n);
  if (in.gcount() != n) throw error("the archive is cut off");
  return bytes;
}

// zlib counts in 32 bits.
template <class F>
auto in_parts(const char* from, std::size_t n, F f) -> void {
  for (std::size_t at = 0; at < n;) {
    const auto part = std::min<std::size_t>(n - at, std::size_t{1} << 30);
    f(reinterpret_cast<const Bytef*>(from + at), static_cast<uInt>(part));
    at += part;
  }
}
auto checksum(std::uint32_t before, const char* from, std::size_t n) -> std::uint32_t {
  auto sum = static_cast<uLong>(before);
  in_parts(from, n, [&](const Bytef* part, uInt size) { sum = crc32(sum, part, size); });
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

// --- reading ---------------------------------------------------------------------------------------------------------------

namespace {

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

struct entry_source::inflater {
  z_stream z{};
  std::vector<char> packed = std::vector<char>(std::size_t{1} << 16);
  inflater() {
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK) throw error("zlib could not begin");
  }
  inflater(const inflater&) = delete;
  auto operator=(const inflater&) -> inflater& = delete;
  ~inflater() { inflateEnd(&z); }
};

entry_source::entry_source(std::istream& in, const entry& e)
    : in_(in),
      expected_(e.checksum),
      left_(e.size),
      packed_left_(e.packed),
      inflater_(e.deflated ? std::make_unique<inflater>() : nullptr) {
  in_.clear();
  in_.seekg(e.at);
}
entry_source::~entry_source() = default;

auto entry_source::read(void* to, std::size_t n) -> void {
  auto* out = static_cast<char*>(to);
  if (static_cast<std::int64_t>(n) > left_)
    throw error(fmt::format("it ends {} bytes too early", static_cast<std::int64_t>(n) - left_));
  if (!inflater_) {
    in_.read(out, static_cast<std::streamsize>(n));
    if (in_.gcount() != static_cast<std::streamsize>(n)) throw error("the archive is cut off");
  } else {
    auto& z = inflater_->z;
    for (std::size_t done = 0; done < n;) {
      if (z.avail_in == 0) {
        const auto more = std::min<std::int64_t>(packed_left_, std::ssize(inflater_->packed));
        if (more == 0) throw error("it ends too early");
        in_.read(inflater_->packed.data(), more);
        if (in_.gcount() != more) throw error("the archive is cut off");
        packed_left_ -= more;
        z.next_in = reinterpret_cast<Bytef*>(inflater_->packed.data());
        z.avail_in = static_cast<uInt>(more);
      }
      const auto part = static_cast<uInt>(std::min<std::size_t>(n - done, std::size_t{1} << 30));
      z.next_out = reinterpret_cast<Bytef*>(out + done);
      z.avail_out = part;
      const int code = inflate(&z, Z_NO_FLUSH);
      done += part - z.avail_out;
      if (code == Z_STREAM_END && done < n) throw error("it ends too early");
      if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
        throw error(fmt::format("it is damaged ({})", z.msg ? z.msg : "zlib"));
    }
  }
  left_ -= static_cast<std::int64_t>(n);
  checksum_ = checksum(checksum_, out, n);
}

auto entry_source::finish() -> void {
  if (left_ > 0) throw error(fmt::format("{} bytes follow the array", left_));
  if (checksum_ != expected_) throw error(fmt::format("it is damaged: its checksum is {:08x}, not {:08x}", checksum_, expected_));
}

// --- writing ---------------------------------------------------------------------------------------------------------------

namespace {

auto deflated(const std::vector<std::string_view>& pieces) -> std::string {
  z_stream z{};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw error("zlib could not begin");
  const std::unique_ptr<z_stream, int (*)(z_stream*)> ends(&z, deflateEnd);
  std::string out;
  std::vector<char> part(std::size_t{1} << 16);
  const auto run = [&](const Bytef* from, uInt n, int flush) {
    z.next_in = const_cast<Bytef*>(from);
    z.avail_in = n;
    do {
      z.next_out = reinterpret_cast<Bytef*>(part.data());
      z.avail_out = static_cast<uInt>(part.size());
      deflate(&z, flush);
      out.append(part.data(), part.size() - z.avail_out);
    } while (z.avail_out == 0);
  };
  for (const auto piece : pieces)
    in_parts(piece.data(), piece.size(), [&](const Bytef* from, uInt n) { run(from, n, Z_NO_FLUSH); });
  run(nullptr, 0, Z_FINISH);
  return out;
}

}  // namespace

auto writer::put(std::string_view bytes) -> void {
  if (bytes.empty()) return;
  out_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out_) throw error("the file or stream takes no more bytes");
  written_ += bytes.size();
}

auto writer::add(const std::string& name, const std::vector<std::string_view>& pieces, bool deflate_it) -> void {
  std::uint64_t size = 0;
  std::uint32_t sum = 0;
  for (const auto piece : pieces) size += piece.size(), sum = checksum(sum, piece.data(), piece.size());
  std::string packed;
  if (deflate_it) packed = deflated(pieces);
  const auto stored = deflate_it ? packed.size() : size;
  if (name.size() > 60000) throw error(fmt::format("a name of {} bytes is too long", name.size()));
  ++entries_;
  const bool is_large = std::max<std::uint64_t>(size, stored) >= too_large, is_far = written_ >= too_large;
  const std::uint64_t version = is_large || is_far ? 45 : 20;

  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  std::string shared;  // what the entry and the directory both say: version, flags (UTF-8), method, 1980-01-01, checksum, sizes
  append(shared, {{version, 2},
                  {ascii ? 0 : 1 << 11, 2},
                  {deflate_it ? 8 : 0, 2},
                  {0, 2},
                  {0x21, 2},
                  {sum, 4},
                  {is_large ? too_large : stored, 4},
                  {is_large ? too_large : size, 4},
                  {name.size(), 2}});
  std::string sizes, full;
  if (is_large) append(sizes, {{size, 8}, {stored, 8}});
  full = sizes;
  if (is_far) append(full, {{written_, 8}});
  const auto as_field = [](const std::string& numbers) {
    std::string field;
    if (!numbers.empty()) append(field, {{full_id, 2}, {numbers.size(), 2}});
    return field + numbers;
  };
  const auto here = as_field(sizes), in_directory = as_field(full);

  append(directory_, {{central_mark, 4}, {version, 2}});
  directory_ += shared;
  append(directory_, {{in_directory.size(), 2}, {0, 2}, {0, 2}, {0, 2}, {0, 4}, {is_far ? too_large : written_, 4}});
  directory_ += name + in_directory;

  std::string head, extra_length;
  append(head, {{local_mark, 4}});
  append(extra_length, {{here.size(), 2}});
  put(head + shared + extra_length + name + here);
  if (deflate_it) put(packed);
  else
    for (const auto piece : pieces) put(piece);
}

auto writer::finish() -> void {
  const auto start = written_;
  put(directory_);
  std::string end;
  const bool in_full = entries_ >= too_many || directory_.size() >= too_large || start >= too_large;
  if (in_full) {
    const auto record_at = written_;
    append(end, {{record_mark, 4}, {record_size - 12, 8}, {45, 2}, {45, 2}, {0, 4}, {0, 4}});
    append(end, {{entries_, 8}, {entries_, 8}, {directory_.size(), 8}, {start, 8}});
    append(end, {{locator_mark, 4}, {0, 4}, {record_at, 8}, {1, 4}});
  }
  const auto count = std::min<std::uint64_t>(entries_, too_many), bytes = std::min<std::uint64_t>(directory_.size(), too_large);
  append(end,
         {{end_mark, 4}, {0, 4}, {count, 2}, {count, 2}, {bytes, 4}, {std::min<std::uint64_t>(start, too_large), 4}, {0, 2}});
  put(end);
}

}  // namespace seegrad::zip
