#pragma once
// The way back of protobuf.hpp: the fields of a message, one after another, out of bytes that nobody vouches for.
//
//   detail::message_reader fields(bytes);
//   while (const auto f = fields.next())
//     if (f->number == 1) extent = f->whole();
//     else if (f->number == 2) name = f->text();
//
// A reader looks at its bytes and copies none. Whatever they are, it ends: with the last field, or with a seegrad::error without a "who".

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace seegrad::nn::detail {

/// A field of a message. What it is asked for must be of its kind, or it throws.
struct message_field {
  enum class kind : std::uint32_t { varint = 0, eight_bytes = 1, bytes = 2, four_bytes = 5 };

  std::uint32_t number = 0;
  kind is = kind::varint;
  std::uint64_t bits = 0;        ///< of a number
  std::string_view inside = {};  ///< of bytes

  auto whole() const -> std::int64_t;
  auto real() const -> float;
  /// Bytes, text, or another message.
  auto text() const -> std::string_view;

  // A repeated field of numbers stands as one field for each or, packed, as one for several; these add them to the end of a list.
  auto add_wholes(std::vector<std::int64_t>& to) const -> void;
  auto add_reals(std::vector<float>& to) const -> void;
  auto add_doubles(std::vector<double>& to) const -> void;
};

class message_reader {
 public:
  explicit message_reader(std::string_view bytes) : left_(bytes) {}
  /// Nothing at the end. Throws for a field that is cut off or of no known kind.
  auto next() -> std::optional<message_field>;

 private:
  std::string_view left_;
};

}  // namespace seegrad::nn::detail
