#include <autodiff/array/npy.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/half.hpp>
#include <autodiff/array/npy_header.hpp>
#include <autodiff/array/view.hpp>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <istream>
#include <vector>

namespace seegrad {
namespace detail {

// --- bytes -----------------------------------------------------------------------------------------------------------------

stream_source::stream_source(std::istream& in) : in_(in) {
  const auto at = in.tellg();
  if (at == std::istream::pos_type(-1)) {
    in.clear();  // a pipe: what is in it shows when it is read
    return;
  }
  in.seekg(0, std::ios::end);
  left_ = in.tellg() - at;
  in.seekg(at);
}

auto stream_source::read(void* to, std::size_t n) -> void {
  in_.read(static_cast<char*>(to), static_cast<std::streamsize>(n));
  const auto got = static_cast<std::size_t>(in_.gcount());
  if (got != n) throw error(fmt::format("the file ends {} bytes too early", n - got));
  if (left_ >= 0) left_ -= static_cast<std::int64_t>(n);
}

// --- elements --------------------------------------------------------------------------------------------------------------

namespace {

// `n` bytes, where it is not known whether there are so many: memory grows with what really comes.
auto read_growing(byte_source& from, std::size_t n) -> std::vector<char> {
  constexpr std::size_t piece = std::size_t{1} << 20;
  std::vector<char> bytes;
  while (bytes.size() < n) {
    const auto more = std::min(n - bytes.size(), std::max(piece, bytes.size()));
    const auto old = bytes.size();
    bytes.resize(old + more);
    from.read(bytes.data() + old, more);
  }
  return bytes;
}

// Integers of N bytes as they stand in the file.
template <class U>
auto load(const char* from, bool swap) -> U {
  char bytes[sizeof(U)];
  std::memcpy(bytes, from, sizeof(U));
  if (swap) std::reverse(bytes, bytes + sizeof(U));
  U x;
  std::memcpy(&x, bytes, sizeof(U));
  return x;
}

// The i-th element in the file, as what it becomes.
template <class T>
auto decode(const npy_type& t, const char* from) -> T {
  const bool swap = t.big_endian != (std::endian::native == std::endian::big);
  const auto as = [&]<class U>(U) { return static_cast<T>(load<U>(from, swap)); };
  if constexpr (std::same_as<T, bool>) return *from != 0;
  else if constexpr (std::same_as<T, std::int64_t>) {
    if (t.kind == 'u') return t.width == 1 ? as(std::uint8_t{}) : t.width == 2 ? as(std::uint16_t{}) : as(std::uint32_t{});
    return t.width == 1   ? as(std::int8_t{})
           : t.width == 2 ? as(std::int16_t{})
           : t.width == 4 ? as(std::int32_t{})
                          : as(std::int64_t{});
  } else if (t.width == 2) return static_cast<T>(from_half(load<std::uint16_t>(from, swap)));
  else return as(T{});
}

}  // namespace

auto read_npy(byte_source& from) -> array {
  const auto head = read_npy_header(from);
  const auto n = static_cast<std::size_t>(elements(head.shape)), bytes = n * head.type.width;
  const auto known = from.left();
  if (known >= 0 && bytes > static_cast<std::size_t>(known))
    throw error(fmt::format("an array of shape {} has {} bytes, but only {} are there", to_string(head.shape), bytes, known));

  auto shape = head.shape;
  if (head.column_major) std::reverse(shape.begin(), shape.end());
  const auto type = head.type.becomes();
  const bool as_is =
      head.type.width == size_of(type) && type != boolean && head.type.big_endian == (std::endian::native == std::endian::big);
  array out;
  if (as_is && known >= 0) {
    out = array::uninitialized(type, shape);
    if (bytes > 0) from.read(out.raw(), bytes);
  } else {
    const auto raw = read_growing(from, bytes);
    out = array::uninitialized(type, shape);
    with_type(type, [&]<class T>(T) {
      auto* to = static_cast<T*>(out.raw());
      for (std::size_t i = 0; i < n; ++i) to[i] = decode<T>(head.type, raw.data() + i * head.type.width);
    });
  }
  if (!head.column_major) return out;
  dims backwards;
  for (int i = shape.size() - 1; i >= 0; --i) backwards.push(i);
  return views::permute(out, backwards).contiguous();
}

}  // namespace detail

auto load_npy(std::istream& in) -> array {
  try {
    detail::stream_source from(in);
    return detail::read_npy(from);
  } catch (const error& e) {
    throw error(fmt::format("load_npy: {}", e.what()));
  }
}

auto load_npy(const std::filesystem::path& file) -> array {
  auto in = detail::open_to_read(file, "load_npy");
  try {
    detail::stream_source from(in);
    auto x = detail::read_npy(from);
    if (from.left() > 0)
      throw error(
          fmt::format("{} bytes follow the array; several arrays in a row are read from a stream, one call each", from.left()));
    return x;
  } catch (const error& e) {
    throw error(fmt::format("load_npy: '{}': {}", file.string(), e.what()));
  }
}

auto save_npy(std::ostream& out, const array& x) -> void {
  const auto header = detail::npy_header(x);
  out.write(header.data(), static_cast<std::streamsize>(header.size()));
  const auto c = x.contiguous();
  if (c.size() > 0) out.write(static_cast<const char*>(c.raw()), static_cast<std::streamsize>(c.bytes()));
  if (!out)
    throw error(
        fmt::format("save_npy: the stream takes no more bytes while an array of shape {} is written", to_string(x.shape())));
}

auto save_npy(const std::filesystem::path& file, const array& x) -> void {
  detail::replace_file(file, "save_npy", [&](std::ostream& out) { save_npy(out, x); });
}

}  // namespace seegrad
