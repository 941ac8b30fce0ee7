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

constexpr std::uint32_t local_mark = 0x04034b50, central_mark = 0x02014b50, end_mark = 0x06054b50, locator_mark = 0x07064b50;
constexpr std::int64_t end_size = 22, longest_comment = 65535;
constexpr std::int64_t best_ratio = 1100;  // deflate packs 1032 bytes into one at most
constexpr const char* no_zip64 =
    "it is a ZIP64 archive, of 4 GB or 65535 entries and more, which is not supported; save the arrays one by one";

// Whole numbers of n bytes, the lowest first.
auto number(std::string_view bytes, std::size_t at, int n) -> std::uint32_t {
  std::uint32_t x = 0;
  for (int i = n - 1; i >= 0; --i) x = x << 8 | static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
  return x;
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

auto directory(std::istream& in) -> std::vector<entry> {
  in.clear();
  in.seekg(0, std::ios::end);
  const std::int64_t size = in.tellg();
  if (size < 0) throw error("the stream cannot be positioned");
  if (size < end_size) throw error("it is no .npz file");
  const auto tail_at = std::max<std::int64_t>(0, size - end_size - longest_comment);
  const auto tail = read_at(in, tail_at, size - tail_at);
  auto end = static_cast<std::int64_t>(tail.size()) - end_size;
  const auto at = [&](std::int64_t i) { return static_cast<std::size_t>(end + i); };
  while (end >= 0 && (number(tail, at(0), 4) != end_mark || end + end_size + number(tail, at(20), 2) != std::ssize(tail))) --end;
  if (end < 0) {
    const auto start = read_at(in, 0, 6);
    throw error(start.starts_with("\x93NUMPY") ? "it is a single array; load_npy reads it"
                : start.starts_with("PK\3\4")  ? "it is damaged or cut off: the directory at its end is missing"
                                               : "it is no .npz file");
  }
  const auto count = number(tail, at(10), 2), bytes = number(tail, at(12), 4), start = number(tail, at(16), 4);
  if (count == 0xffff || bytes == 0xffffffff || start == 0xffffffff || (end >= 20 && number(tail, at(-20), 4) == locator_mark))
    throw error(no_zip64);
  const auto damaged = [](std::string_view why) { return error(fmt::format("the archive is damaged: {}", why)); };
  if (number(tail, at(4), 4) != 0 || number(tail, at(8), 2) != count) throw damaged("it is one part of several");
  if (std::int64_t{start} + bytes > tail_at + end) throw damaged("its directory lies outside");

  const auto all = read_at(in, start, bytes);
  std::vector<entry> out;
  std::size_t p = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (all.size() - p < 46 || number(all, p, 4) != central_mark) throw damaged("its directory is cut off");
    const std::size_t name = number(all, p + 28, 2), extra = number(all, p + 30, 2), comment = number(all, p + 32, 2);
    if (all.size() - p - 46 < name + extra + comment) throw damaged("its directory is cut off");
    entry e;
    e.name = all.substr(p + 46, name);
    const auto fail = [&](std::string_view why) { return error(fmt::format("'{}': {}", e.name, why)); };
    const auto flags = number(all, p + 8, 2), method = number(all, p + 10, 2), local = number(all, p + 42, 4);
    e.checksum = number(all, p + 16, 4), e.packed = number(all, p + 20, 4), e.size = number(all, p + 24, 4);
    if (flags & 1) throw fail("it is encrypted");
    if (method != 0 && method != 8)
      throw fail(fmt::format("it is packed by method {}; stored (0) and deflated (8) are known", method));
    if (e.packed == 0xffffffff || e.size == 0xffffffff || local == 0xffffffff) throw error(no_zip64);
    e.deflated = method == 8;
    // The sizes beside the entry may be left open; those of the directory count. What is needed is how long the name is there.
    if (std::int64_t{local} + 30 > start) throw fail("it lies outside of the archive");
    const auto head = read_at(in, local, 30);
    if (number(head, 0, 4) != local_mark) throw fail("it does not begin where the directory says");
    e.at = std::int64_t{local} + 30 + number(head, 26, 2) + number(head, 28, 2);
    if (e.at + e.packed > start) throw fail("it lies outside of the archive");
    if (e.deflated ? e.size > (e.packed + 1) * best_ratio : e.size != e.packed) throw fail("its sizes cannot be true");
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
  if (++entries_ >= 0xffff || std::max(size, written_ + stored + name.size() + 30) >= 0xffffffff)
    throw error(fmt::format(
        "'{}' would take the archive beyond 4 GB or 65534 entries, which is not supported; save the arrays one by one", name));

  const bool ascii = std::all_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 128; });
  std::string shared;  // what the entry and the directory both say: version, flags (UTF-8), method, 1980-01-01, checksum, sizes
  append(shared, {{20, 2},
                  {ascii ? 0 : 1 << 11, 2},
                  {deflate_it ? 8 : 0, 2},
                  {0, 2},
                  {0x21, 2},
                  {sum, 4},
                  {stored, 4},
                  {size, 4},
                  {name.size(), 2},
                  {0, 2}});
  append(directory_, {{central_mark, 4}, {20, 2}});
  directory_ += shared;
  append(directory_, {{0, 2}, {0, 2}, {0, 2}, {0, 4}, {written_, 4}});
  directory_ += name;

  std::string head;
  append(head, {{local_mark, 4}});
  put(head + shared + name);
  if (deflate_it) put(packed);
  else
    for (const auto piece : pieces) put(piece);
}

auto writer::finish() -> void {
  const auto start = written_;
  put(directory_);
  if (written_ >= 0xffffffff) throw error(no_zip64);
  std::string end;
  append(end, {{end_mark, 4}, {0, 4}, {entries_, 2}, {entries_, 2}, {directory_.size(), 4}, {start, 4}, {0, 2}});
  put(end);
}

}  // namespace seegrad::zip
