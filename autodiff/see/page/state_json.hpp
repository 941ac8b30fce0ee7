#pragma once
// Other states of the record, as a page has them.

#include <autodiff/see/page/array_json.hpp>
#include <autodiff/see/snapshot.hpp>
#include <vector>

namespace seegrad::detail::see {

/// So many nodes are in a page, of all states together, and one that is an array counts for so many; of more states some in equal distances are.
inline constexpr std::size_t most_in_states = 200'000, one_array = 8;

/// Throws unless all are states of this program and have the nodes that `shown` marks.
auto expect_states(const graph& g, const std::vector<char>& shown, const std::vector<labelled_snapshot>& states) -> void;

/// `index` is the place of each node in the page, -1 for those that are not there; `drawn` are those that a drawing has by themselves. A list of
/// {label, values, gradients}, both pairs of a place and what differs there from the record.
auto states_json(const graph& g, const std::vector<int>& index, const std::vector<char>& drawn,
                 const std::vector<labelled_snapshot>& states) -> json;

}  // namespace seegrad::detail::see
