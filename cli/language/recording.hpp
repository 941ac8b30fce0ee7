#pragma once
// A program, recorded in a graph.
//
//   const std::vector<given> inputs = {parse_given("a=7"), …};
//   const auto p = parse("u = b*c; v = a + u; J = 3*v");
//   recording r(p, inputs);                    // owns the graph; r.output() is J
//
// Inputs come first in the record, in the order they were given. A node gets the name its statement gives it; one without
// a name
// gets its own text, where that is short and not another node's, so that tables, reports and pictures can be read.

#include <autodiff/graph/graph.hpp>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>

#include "evaluate.hpp"
#include "given.hpp"

namespace seegrad::cli {

class recording {
 public:
  /// Throws a complaint about the program's text, for example where a name has no value. Both arguments must outlive the
  /// recording.
  recording(const program& p, std::span<const given> inputs);

  auto program_text() const -> std::string_view { return program_.text; }
  auto record() -> graph& { return graph_; }
  auto record() const -> const graph& { return graph_; }
  auto inputs() const -> const std::vector<scalar>& { return inputs_; }
  auto input_names() const -> std::vector<std::string_view>;
  /// Inputs that no statement reads.
  auto unused_inputs() const -> std::vector<std::string_view>;

  auto output() const -> scalar { return output_; }
  auto output_name() const -> const std::string& { return output_name_; }

  /// A named value that has no node to carry the name: a constant, or a second name of a node.
  struct extra {
    std::string_view name;
    scalar value;
    std::size_t before;  ///< the node it was made before
  };
  auto extras() const -> const std::vector<extra>& { return extras_; }

  /// The value of a name, of the output too; nothing if there is none.
  auto find(std::string_view name) const -> std::optional<scalar>;
  auto names() const -> std::vector<std::string_view>;

  /// What to call a node: its name, its text where that is short, or #4 by its place in the record.
  auto label(node_id k) const -> std::string;
  /// The same inside a formula: in brackets where it needs them. A constant is its number.
  auto label_inside(node_id k, int digits) const -> std::string;
  /// Whether a statement or the command line gave it its name.
  auto has_own_name(node_id k) const -> bool;
  /// The text a node was made from; empty for a leaf.
  auto text(node_id k) const -> std::string_view;

  /// The first result that is not finite though its operands are.
  struct birth {
    const operation* op;
    place text;
    double value;
    std::array<double, max_arity> operands;
  };
  auto first_not_finite() const -> const std::optional<birth>& { return birth_; }

 private:
  auto add_inputs(std::span<const given> inputs) -> void;
  auto run(const statement& s) -> void;
  auto define(const statement& s, const scalar& value) -> void;
  auto value_of(name_index i, place at) -> scalar;
  [[noreturn]] auto unknown(std::string_view name, place at) const -> void;
  auto made(const step& s, std::span<const scalar> operands, const scalar& y) -> void;
  auto name_the_output() -> void;
  auto name_by_text() -> void;

  const program& program_;
  graph graph_;
  std::vector<scalar> inputs_;
  std::unordered_map<std::string_view, scalar> values_;
  std::vector<std::optional<scalar>> by_index_;
  std::map<node_id, std::string_view> own_names_;
  std::vector<place> texts_;
  std::vector<extra> extras_;
  std::vector<std::string_view> names_;
  std::vector<bool> used_;
  std::optional<birth> birth_;
  scalar output_;
  std::string output_name_;
};

}  // namespace seegrad::cli
