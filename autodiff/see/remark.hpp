#pragma once
// Remarks on nodes and scopes, as a picture shows them.

#include <autodiff/see/palette.hpp>
#include <autodiff/see/scene.hpp>
#include <string>

namespace seegrad::detail::see {

/// How often each mood of remark occurs in item i.
struct remarks {
  std::size_t good = 0, doubtful = 0, bad = 0;
};
auto remarks_in(const scene& s, item_id i) -> remarks;

/// A remark as HTML with its sign, and its colour.
auto note_text(const annotation& note) -> std::string;
auto ink_of(const annotation& note) -> std::string_view;

/// The births in item i; null if there are none.
auto first_birth_in(const scene& s, item_id i) -> const births::value_type*;

/// The border of item i, as attributes that begin with a comma: of what was remarked on it, or of a number that is born in it.
auto put_border(std::string& out, const scene& s, item_id i) -> void;

}  // namespace seegrad::detail::see
