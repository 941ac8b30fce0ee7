#pragma once
// Other states of the record, as a page has them.

#include <autodiff/see/page/array_json.hpp>
#include <autodiff/see/snapshot.hpp>
#include <vector>

namespace seegrad::see {

/// So many numbers of nodes are in a page, of all states together; of more states some in equal distances are.
inline constexpr std::size_t most_in_states = 100'000;

/// Throws unless all are states of this program and have the nodes that `shown` marks.
auto expect_states(const graph& g, const std::vector<char>& shown, const std::vector<labelled_snapshot>& states) -> void;

/// `index` is the place of each node in the page, -1 for those that are not there. A list of {label, values, gradients}, both pairs of a place and
/// what differs there from the record.
auto states_json(const graph& g, const std::vector<int>& index, const std::vector<labelled_snapshot>& states) -> json;

}  // namespace seegrad::see
