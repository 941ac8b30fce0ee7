#include "run.hpp"

#include <autodiff/array/create.hpp>
#include <autodiff/see/picture.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "about_argument.hpp"
#include "language/parser.hpp"
#include "language/utf8.hpp"
#include "notes.hpp"
#include "result.hpp"
#include "slice.hpp"

namespace seegrad::cli {
namespace {

// A matrix of its square is printed and kept.
constexpr std::size_t most_for_hessian = 1000;

auto say(std::ostream& err, std::string_view sentence) -> int {
  err << "seegrad: " << sentence << (sentence.ends_with('\n') ? "" : "\n");
  return exit_code::unusable;
}

auto all_given(const std::vector<std::string>& arguments) -> std::vector<given> {
  std::vector<given> out;
  for (const auto& a : arguments) out.push_back(about_argument(a, [&] { return parse_given(a); }));
  return out;
}

auto inputs_of(const options& o) -> std::vector<given> {
  auto inputs = all_given(o.inputs);
  for (auto i = inputs.begin(); i != inputs.end(); ++i)
    if (std::any_of(inputs.begin(), i, [&](const given& g) { return g.name == i->name; }))
      throw wrong_argument{
          {{0, static_cast<std::uint32_t>(i->name.size())}, fmt::format("the input '{}' is given twice", i->name)}, i->text};
  return inputs;
}

auto second_derivatives(const recording& r) -> array {
  const auto& xs = r.inputs();
  if (xs.size() > most_for_hessian)
    throw error(fmt::format("--second: {} inputs have {} second derivatives; {} inputs is the most", xs.size(),
                            xs.size() * xs.size(), most_for_hessian));
  const auto count = static_cast<index_t>(xs.size());
  return r.output().is_constant() ? zeros({count, count}) : hessian(r.output(), xs);
}

auto compute(recording& r, const options& o) -> result {
  result x{r};
  for (const auto name : r.unused_inputs()) x.warnings.push_back(fmt::format("the input '{}' is not used", name));
  if (o.second) x.hessian = second_derivatives(r);
  if (o.rounding && !r.output().is_constant()) x.rounding = rounding(r.output());
  if (!r.output().is_constant()) {
    if (o.check) x.check = check(r.output());
    backward(r.output());  // after the check, which sweeps for itself
  }
  x.notes = notes_on(r, o.digits);
  for (const auto& c : all_given(o.claims)) x.claims.push_back(about_argument(c.text, [&] { return judge(c, r); }));
  for (const auto& name : o.whys) x.derivations.push_back(about_argument(name, [&] { return explain(name, r); }));
  return x;
}

auto draw(const result& x, const options& o) -> void {
  if (o.pictures.empty()) return;
  if (x.r.output().is_constant()) throw error("--picture: the expression is a constant, so there is no graph to draw");
  picture_options how{.digits = o.picture_digits, .title = shortened(x.r.program_text(), 100)};
  if (x.check) how.notes = x.check->annotations();
  if (x.rounding)
    for (const auto& [k, note] : x.rounding->notes) how.notes.try_emplace(k, note);
  how.only = slice_of(x, o);
  for (const auto& d : x.derivations)
    for (const auto& [k, note] : d.zero.notes) how.notes.try_emplace(k, note);
  for (const auto& c : x.claims) how.claims[c.node] = c.said.value;
  const picture drawn(x.r.output(), how);
  for (const auto& file : o.pictures) drawn.save(file);
}

auto run_text(std::string_view text, const options& o, std::ostream& out, std::ostream& err) -> int {
  const auto inputs = inputs_of(o);
  const auto p = parse(text);
  recording r(p, inputs);
  const auto x = compute(r, o);
  for (const auto& w : x.warnings) err << "seegrad: warning: " << w << "\n";
  // A document is printed when all is done; a table is of use even if the picture cannot be drawn.
  if (o.json) draw(x, o), print_json(x, o, out);
  else print_text(x, o, out), out.flush(), draw(x, o);
  if (!o.json)
    for (const auto& file : o.pictures) out << "drawn: " << shown(file) << "\n";
  return x.fine() ? exit_code::fine : exit_code::wrong;
}

}  // namespace

auto result::fine() const -> bool {
  return (!check || check->passed()) && std::all_of(claims.begin(), claims.end(), [](const auto& c) { return c.right; });
}

auto run(std::string_view text, const options& o, std::ostream& out, std::ostream& err) -> int {
  try {
    return run_text(text, o, out, err);
  } catch (const wrong_argument& a) {
    return say(err, explained(a.what, a.text));
  } catch (const complaint& c) {
    return say(err, explained(c, text, o.file == "-" ? "standard input" : o.file));
  } catch (const error& e) {
    return say(err, e.what());
  }
}

}  // namespace seegrad::cli
