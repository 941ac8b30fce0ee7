#include <autodiff/array/npy.hpp>

#include <algorithm>
#include <autodiff/array/error.hpp>
#include <autodiff/array/npy_elements.hpp>
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
  array out;
  if (is_as_in_memory(head.type) && known >= 0) {
    out = array::uninitialized(type, shape);
    if (bytes > 0) from.read(out.raw(), bytes);
  } else {
    const auto raw = read_growing(from, bytes);
    out = array::uninitialized(type, shape);
    decode_elements(head.type, raw.data(), n, out.raw());
  }
  if (!head.column_major) return out;
  dims backwards;
  for (int i = shape.size() - 1; i >= 0; --i) backwards.push(i);
  return out.permute(backwards).contiguous();
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
