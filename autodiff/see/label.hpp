#pragma once
// What stands in a node of the picture.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::see {

/// The attributes of item i, in brackets.
auto put_node(std::string& out, const scene& s, item_id i, const colour_scale& scale) -> void;

/// Whether the order of its operands matters, so that a picture has to tell them apart.
auto ordered(const operation& op) -> bool;

/// Whether a line into an operation on arrays says which operand it is.
auto is_numbered(const scene& s, const link& l) -> bool;

/// How often each mood of remark occurs in item i.
struct remarks {
  std::size_t good = 0, doubtful = 0, bad = 0;
};
auto remarks_in(const scene& s, item_id i) -> remarks;

/// A remark as HTML with its sign, and its colour.
auto note_text(const annotation& note) -> std::string;
auto ink_of(const annotation& note) -> std::string_view;

}  // namespace seegrad::see
