#include <autodiff/array/error.hpp>
#include <bit>
#include <cstddef>
#include <fmt/format.h>
#include <nn/save/protobuf_reader.hpp>

namespace seegrad::nn::detail {
namespace {

auto take_bytes(std::string_view& from, std::uint64_t n) -> std::string_view {
  if (n > from.size())
    throw error(fmt::format("a field of {} bytes is cut off: {} are left; the file is damaged or not whole", n, from.size()));
  const auto taken = from.substr(0, static_cast<std::size_t>(n));
  from.remove_prefix(taken.size());
  return taken;
}

auto take_varint(std::string_view& from) -> std::uint64_t {
  std::uint64_t x = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(take_bytes(from, 1)[0]);
    x |= std::uint64_t{byte & 127u} << shift;
    if (byte < 128) return x;
  }
  throw error("a whole number has more than ten bytes; the file is damaged");
}

template <class T>
auto take_little(std::string_view& from) -> T {
  T x = 0;
  const auto bytes = take_bytes(from, sizeof(T));
  for (std::size_t i = sizeof(T); i-- > 0;) x = static_cast<T>(x << 8 | static_cast<unsigned char>(bytes[i]));
  return x;
}

auto expect(bool right, std::uint32_t number, const char* what) -> void {
  if (!right) throw error(fmt::format("field {} of a message is no {}; this is no ONNX file, or a damaged one", number, what));
}

}  // namespace

auto message_reader::next() -> std::optional<message_field> {
  if (left_.empty()) return {};
  const auto key = take_varint(left_);
  message_field f;
  f.number = static_cast<std::uint32_t>(key >> 3);
  f.is = static_cast<message_field::kind>(key & 7);
  if (f.number == 0 || key >> 32 != 0)
    throw error("a field has no number that it may have; this is no ONNX file, or a damaged one");
  switch (f.is) {
    case message_field::kind::varint: f.bits = take_varint(left_); break;
    case message_field::kind::eight_bytes: f.bits = take_little<std::uint64_t>(left_); break;
    case message_field::kind::four_bytes: f.bits = take_little<std::uint32_t>(left_); break;
    case message_field::kind::bytes: f.inside = take_bytes(left_, take_varint(left_)); break;
    default: throw error(fmt::format("field {} of a message is of kind {}, which there is not", f.number, key & 7));
  }
  return f;
}

auto message_field::whole() const -> std::int64_t {
  expect(is == kind::varint, number, "whole number");
  return static_cast<std::int64_t>(bits);
}
auto message_field::real() const -> float {
  expect(is == kind::four_bytes, number, "fraction");
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
}
auto message_field::text() const -> std::string_view {
  expect(is == kind::bytes, number, "text");
  return inside;
}

auto message_field::add_wholes(std::vector<std::int64_t>& to) const -> void {
  if (is == kind::varint) return to.push_back(whole());
  for (auto left = text(); !left.empty();) to.push_back(static_cast<std::int64_t>(take_varint(left)));
}
auto message_field::add_reals(std::vector<float>& to) const -> void {
  if (is == kind::four_bytes) return to.push_back(real());
  for (auto left = text(); !left.empty();) to.push_back(std::bit_cast<float>(take_little<std::uint32_t>(left)));
}
auto message_field::add_doubles(std::vector<double>& to) const -> void {
  if (is == kind::eight_bytes) return to.push_back(std::bit_cast<double>(bits));
  for (auto left = text(); !left.empty();) to.push_back(std::bit_cast<double>(take_little<std::uint64_t>(left)));
}

}  // namespace seegrad::nn::detail
