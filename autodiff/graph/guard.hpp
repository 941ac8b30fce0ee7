#pragma once
// Where the program itself branched on a recorded value, a record is right only while it would branch the same way. A graph that is
// asked to keeps a guard for each such question: what was asked, of which nodes, and what came out.
//
//   graph g(with_guards);
//   scalar x = input(2.0), y = x > 1 ? x * x : x;      // a guard: x > 1 came out true
//   replay(g, …, {0.5});                               // throws guard_failure: x > 1 is false now
//
// Comparisons, conversions to plain numbers, detach, no_record and functions such as isnan or ilogb leave guards; value() does not, as it
// is how results are read. In any other graph they cost a test of a bit that handles carry.

#include <autodiff/array/error.hpp>
#include <autodiff/graph/node.hpp>
#include <string>

namespace seegrad {

class array;

/// Asks for a graph that keeps guards: graph g(with_guards).
inline constexpr struct with_guards_t {
} with_guards;  ///< graph g(with_guards)

/// A question that the program asked of recorded values, and the answer it got.
struct guard {
  /// What the answer was asked of: an element of a node's value (0 for a scalar), or a number without a node.
  struct subject {
    bool is_node = false;      ///< or a number
    node_id node = 0;          ///< whose value it is
    std::int64_t element = 0;  ///< of an array, counted row by row
    double number = 0;         ///< what it is otherwise

    static constexpr std::int64_t all_elements = -1;  ///< asked of an array as a whole: its digest
    /// What the question is put to, of an array that the node has.
    auto of(const array& now) const -> double;
  };

  const char* question;           ///< "<", "isnan", "conversion to int"
  double (*ask)(double, double);  ///< the answer as a number; truth is 1
  subject first, second;          ///< the second is not a node where the question is of one value
  double answer;                  ///< a truth value, or a number
  node_id before;                 ///< the node that was recorded next
  std::uint32_t scope;            ///< in which it was asked
  const char* file;               ///< empty where the place in the source is not known, as of an operator
  unsigned line;                  ///< of that file
};

/// A run of the record met another answer than the one recorded, so that its values are those of a branch not taken.
class guard_failure : public error {
 public:
  guard_failure(const std::string& text, std::size_t number) : error(text), number_(number) {}
  /// Which of graph::guards().
  auto number() const -> std::size_t { return number_; }

 private:
  std::size_t number_;
};

/// Where in the source a call stands, as a default argument. (clang 14 has no std::source_location.)
struct source_place {
  const char* file;  ///< empty where it is not known
  unsigned line;     ///< of that file
  static constexpr auto current(const char* file = __builtin_FILE(), unsigned line = __builtin_LINE()) -> source_place {
    return {file, line};
  }
};

namespace detail {

inline constexpr auto detached = "the detached value";

/// Set in the handles of a graph that keeps guards.
inline constexpr node_ref guard_bit = node_ref{1} << 63;

struct asked {
  node_ref ref = 0;
  double value = 0;
  std::int64_t element = 0;
};
auto note_guard(const char* question, double (*ask)(double, double), asked a, asked b, double answer, source_place where) -> void;
/// Of what is computed with from now on without its history: another value is another answer.
auto note_detached(node_ref x, double value, source_place where = {"", 0}) -> void;
auto note_detached(node_ref x, const array& value, source_place where = {"", 0}) -> void;
/// For operators and conversions, whose place in the source is not known.
[[gnu::cold]] auto note_guard(const char* question, double (*ask)(double, double), asked a, asked b, double answer) -> void;

}  // namespace detail

}  // namespace seegrad
