#pragma once
// As much of protobuf's wire format as writing a model needs: https://protobuf.dev/programming-guides/encoding/
//
//   detail::message dimension;
//   dimension.number(1, 28);                      // field 1, a whole number
//   detail::message shape;
//   shape.bytes(1, dimension.text());             // field 1, a message inside
//
// A field is its number and its kind as one whole number, and then a whole number in groups of 7 bits, four or eight bytes, or a
// length and so many bytes.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seegrad::nn::detail {

class message {
 public:
  auto number(std::uint32_t field, std::int64_t x) -> message& {
    key(field, 0);
    varint(static_cast<std::uint64_t>(x));  // a negative one has ten bytes
    return *this;
  }
  auto real(std::uint32_t field, float x) -> message& {
    key(field, 5);
    little(std::bit_cast<std::uint32_t>(x));
    return *this;
  }
  auto real(std::uint32_t field, double x) -> message& {
    key(field, 1);
    little(std::bit_cast<std::uint64_t>(x));
    return *this;
  }
  /// Bytes, text, or another message.
  auto bytes(std::uint32_t field, std::string_view x) -> message& {
    key(field, 2);
    varint(x.size());
    text_ += x;
    return *this;
  }
  auto text() const -> const std::string& { return text_; }

 private:
  auto key(std::uint32_t field, std::uint32_t kind) -> void { varint(std::uint64_t{field} << 3 | kind); }
  auto varint(std::uint64_t x) -> void {
    for (; x > 127; x >>= 7) text_ += static_cast<char>((x & 127) | 128);
    text_ += static_cast<char>(x);
  }
  template <class T>
  auto little(T x) -> void {
    for (std::size_t i = 0; i < sizeof(T); ++i, x >>= 8) text_ += static_cast<char>(x & 255);
  }

  std::string text_;
};

}  // namespace seegrad::nn::detail
