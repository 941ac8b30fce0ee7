#pragma once
// The picture of a computation: every node with its value and gradient, every edge with its local derivative.
//
//   graph g;
//   scalar a = input(7.0, "a"), b = input(4.0, "b"), c = input(2.0, "c");
//   scalar u = named(b * c, "u"), v = named(a + u, "v"), J = named(3 * v, "J");
//   backward(J);
//   picture(J).save("J.svg");                                  // or .dot .gv .png .pdf
//   picture(J).save("J.html");                                 // a page that plays the sweep and explains each gradient
//   picture(J, {.digits = 6, .hide_constants = true}).save("J.png");
//
// An edge runs from an operand to the result that uses it. It says two things: ∂, the local derivative of the result by the
// operand, and ←, what it carries back: the local derivative times the gradient of the result. What a node's edges carry back adds
// up to its gradient. Colour shows the sign and the size of the gradient, the width of a line its share in the operand's gradient.
//
// Arrays stand beside scalars. A small one is shown element by element, a large one as its range, mean, norm, share of zeros and the
// spread of its elements; lines into operations on arrays carry the norm of what goes back.
//
// A picture is a copy: it stays good when its graph grows, is rewound or is gone. Images are drawn in process by Graphviz; text in
// its DOT language needs nothing. The same graph gives the same DOT, byte by byte. docs/pictures.md shows every option.

#include <algorithm>
#include <autodiff/graph/annotation.hpp>
#include <autodiff/see/snapshot.hpp>
#include <autodiff/trace/tensor.hpp>
#include <concepts>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace seegrad {

class program;
class array_program;

/// Where operands stand, and where results.
enum class picture_direction { left_to_right, top_to_bottom, right_to_left, bottom_to_top };

/// How wide a picture is on paper: picture_width::inches(5), or picture_width::cm(12).
struct picture_width {
  double points;  ///< a 72nd of an inch each
  /// 25.4 mm each.
  static constexpr auto inches(double x) -> picture_width { return {72 * x}; }
  /// 10 mm each.
  static constexpr auto cm(double x) -> picture_width { return {72 / 2.54 * x}; }
};

struct picture_options {
  static constexpr std::size_t unlimited = static_cast<std::size_t>(-1);  ///< no bound for max_nodes or fold_above

  picture_direction direction = picture_direction::left_to_right;  ///< of the lines
  int digits = 4;  ///< significant ones, 1 to 17; the SVG shows all 17 where the mouse rests
  /// Operations then name them: "3 × □". By default that is done to numbers, and arrays of data are drawn; false draws all, true none.
  std::optional<bool> hide_constants = {};
  bool fold_terms = true;        ///< draw sums and products of many terms, one operation after the other, as one Σ or Π
  bool fold_functions = true;    ///< draw losses, normalisations and other functions that record several operations as one
  bool collapse_scopes = false;  ///< draw each outermost scope as one box
  std::vector<std::string> collapse = {};  ///< draw the scopes of these names, or of these paths ("net/layer1"), as one box each
  std::vector<std::string> open = {};      ///< of these names or paths nothing is drawn as one, and nothing around them
  std::vector<node_id> leading_to = {};    ///< only what leads to these nodes
  std::vector<node_id> only = {};          ///< of that only these nodes, such as a slice (view/slice.hpp)
  /// When there are more nodes, scopes are drawn as boxes, the innermost and largest first, and neighbours that are alike as one; by default
  /// 40, or all open if max_nodes is unlimited. The picture says what it folded.
  std::optional<std::size_t> fold_above = {};
  /// When that leaves more, what is far from the output and has a small gradient is cut. The picture says what it hid.
  std::size_t max_nodes = 300;
  bool sums = false;                ///< list in each node what is carried back to it, and that it adds up to the gradient
  std::optional<bool> legend = {};  ///< what the signs mean; by default what there is room for, and none below four nodes
  /// An SVG or PDF that would be wider is made smaller, as long as its smallest text has 6 points; a page of text by default.
  picture_width width = picture_width::inches(6.3);
  annotations notes = {};                      ///< remarks drawn on nodes, such as the checker's verdicts
  detail::scope_annotations scope_notes = {};  ///< lines below the titles of scopes
  /// An earlier state of the same program: each node says what has changed since (see/snapshot.hpp). Throws if it is of another program.
  const graph_snapshot* before = nullptr;
  std::string title = {};  ///< above the picture, and of the page
  /// Other states of the same program, in their order, such as one an epoch: a page goes through them, and ends with the graph as it is. Throws
  /// if one is of another program, or lacks a node that is shown.
  std::vector<labelled_snapshot> states = {};
  /// What a page needs is kept with the picture, as it has to outlive its graph. Where images alone are wanted, false saves the time: to_html then throws.
  bool page = true;
  /// Gradients that somebody says, by node: a picture says whether each is right, and a page opens with them as the answers to its exercise.
  std::map<node_id, double> claims = {};

  /// So many nodes may be shown before scopes are drawn as boxes.
  auto most_open() const -> std::size_t {
    constexpr std::size_t many = 40;
    return std::min(fold_above.value_or(max_nodes == unlimited ? unlimited : many), max_nodes);
  }
};

class picture {
 public:
  /// What leads to y. Throws if y is a constant.
  explicit picture(const scalar& y, const picture_options& options = {});
  template <std::same_as<tensor> Y>  // A plain number is a scalar here.
  explicit picture(const Y& y, const picture_options& options = {}) : picture(of_tensor(y, options)) {}
  /// What a program computes at x, and the gradient of the sum of its results.
  picture(const program& p, std::span<const double> x, const picture_options& options = {});
  picture(const array_program& p, std::span<const array> x, const picture_options& options = {});
  /// What a traced function runs at x.
  template <class F, class X>
    requires(std::is_class_v<F> && !std::same_as<F, array>)
  picture(const traced<F>& f, const X& x, const picture_options& options = {}) : picture(f.program_at(x), options) {}
  /// The whole graph. Throws if it is empty.
  explicit picture(const graph& g, const picture_options& options = {});

  /// The text that Graphviz reads.
  auto to_dot() const& -> const std::string& { return drawn_.dot; }
  auto to_dot() && -> std::string { return std::move(drawn_.dot); }
  /// The bytes of an image: "svg", "png" or "pdf". Throws if Graphviz fails, or seegrad was built without it.
  auto render(std::string_view format) const -> std::string;
  /// As render("svg").
  auto to_svg() const -> std::string { return render("svg"); }
  /// One page of HTML that needs no other file and no network (docs/page.md). Throws as render.
  auto to_html() const -> std::string;
  /// Writes .dot, .gv, .svg, .png, .pdf or .html, by the suffix; an .svg with a style for readers who prefer dark pages. On an error no file is made, and one that was there is kept.
  auto save(const std::filesystem::path& file) const -> void;

 private:
  struct drawn {
    std::string dot, title, record, functions;
    std::vector<std::pair<std::string, std::string>> inner;  // by the name of a box, what is in it
    picture_width width;
  };
  explicit picture(drawn d) : drawn_(std::move(d)) {}
  template <class Program, class Number>
  picture(const std::pair<Program, std::vector<Number>>& at, const picture_options& options)
      : picture(at.first, at.second, options) {}
  static auto of(const graph& g, const node_id* y, const picture_options& options) -> drawn;
  template <class Value>
  static auto of(const traced<Value>& y, const picture_options& options) -> drawn;
  static auto of_tensor(const tensor& y, const picture_options& options) -> drawn;

  drawn drawn_;
};

/// The DOT text of what leads to y.
auto to_dot(const scalar& y, const picture_options& options = {}) -> std::string;
template <std::same_as<tensor> Y>
auto to_dot(const Y& y, const picture_options& options = {}) -> std::string {
  return picture(y, options).to_dot();
}

}  // namespace seegrad
