#include <algorithm>
#include <autodiff/array/same_bits.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/arrays/array_code.hpp>
#include <autodiff/run/comparison.hpp>
#include <cstring>

namespace seegrad::detail::run {
namespace {

auto same_instruction(const array_instruction& a, const array_instruction& b) -> bool {
  return a.op == b.op && a.to == b.to && a.first == b.first && a.count == b.count && a.of_numbers == b.of_numbers &&
         a.is_number == b.is_number && seegrad::same_parameters(*a.op, a.parameters.get(), b.parameters.get());
}

auto same_input(const array_code::input& a, const array_code::input& b) -> bool {
  return a.slot == b.slot && a.shape == b.shape && a.type == b.type && a.is_number == b.is_number;
}

auto same_subject(const guard::subject& a, const guard::subject& b) -> bool {
  return a.is_node == b.is_node && (a.is_node ? a.element == b.element : std::memcmp(&a.number, &b.number, sizeof a.number) == 0);
}

// A comparison may have been asked here, or have come from a file.
auto same_words(const guard& a, const guard& b) -> bool {
  return a.ask == b.ask || (comparison_named(a.question) && std::string_view(a.question) == b.question);
}
auto same_question(const question& a, const question& b) -> bool {
  return same_words(a.asked, b.asked) && same_subject(a.asked.first, b.asked.first) &&
         same_subject(a.asked.second, b.asked.second) && (!a.asked.first.is_node || a.first == b.first) &&
         (!a.asked.second.is_node || a.second == b.second) &&
         std::memcmp(&a.asked.answer, &b.asked.answer, sizeof a.asked.answer) == 0;
}

template <class T, class Same>
auto alike(const std::vector<T>& a, const std::vector<T>& b, Same same) -> bool {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

}  // namespace

auto operator==(const array_code& a, const array_code& b) -> bool {
  return a.operands == b.operands && a.results == b.results && a.has_derivative == b.has_derivative &&
         a.with_slopes == b.with_slopes && alike(a.inputs, b.inputs, same_input) &&
         alike(a.instructions, b.instructions, same_instruction) && alike(a.questions, b.questions, same_question) &&
         alike(a.constants, b.constants, same_bits);
}

}  // namespace seegrad::detail::run
