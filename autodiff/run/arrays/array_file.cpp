// Programs of arrays in files: a zip archive of the constants as .npy, and of a text:
//
//   seegrad arrays 1
//   input 0 float32 [2,3] slope        or `still`, behind all others, where there is no derivative by it; a scalar has `number` in place of its shape
//   constant 1 array                   its numbers are in constant_1.npy; or `transposed`, of the last two axes, as it lies in memory; or `number`
//   value 2 whole matmul 2 0 1         the result's slot; what does it: an operation on numbers (`number`), the same element by element (`array`), one on
//                                      whole arrays (`whole`; `item` if it gives a number); its name, how many operands, which, and parameters
//   guard < 1 slot 2 5 number 0.5 0 the guard 0: x < 0.5      as in files of programs of numbers, with an element of an array
//   result 2
//   end
//
// No line is believed before it has been checked: each operation is asked for the shape and type of its result.

#include <autodiff/array/deflate.hpp>
#include <autodiff/array/file.hpp>
#include <autodiff/array/npy.hpp>
#include <autodiff/array/utf8.hpp>
#include <autodiff/array/zip.hpp>
#include <autodiff/ops/shape/shape.hpp>
#include <autodiff/ops/structural/structural.hpp>
#include <autodiff/run/arrays/array_program_parts.hpp>
#include <autodiff/run/arrays/parameter_words.hpp>
#include <autodiff/run/question_words.hpp>
#include <fstream>
#include <map>
#include <sstream>

namespace seegrad {
namespace {

using namespace detail::run;

constexpr std::string_view heading = "seegrad arrays 1", text_entry = "program.txt";

auto constant_entry(std::size_t s) -> std::string { return fmt::format("constant_{}.npy", s); }
auto is_transposed(const array& a) -> bool { return a.rank() > 1 && !a.is_contiguous() && swap_axes(a, -1, -2).is_contiguous(); }

class writing {
 public:
  explicit writing(const array_code& c) : c_(c) {}

  auto run() -> std::string {
    line("{}", heading);
    std::size_t input = 0, next = 0;
    for (slot s = 0; s < c_.forms.size(); ++s) {
      if (input < c_.inputs.size() && c_.inputs[input].slot == s) {
        const auto& i = c_.inputs[input];
        line("input {} {} {} {}", s, name_of(i.type), i.is_number ? "number" : list_text(i.shape),
             input++ < c_.with_slopes ? "slope" : "still");
      } else if (!c_.constants[s].is_null()) {
        line("constant {} {}", s, c_.forms[s].is_number ? "number" : is_transposed(c_.constants[s]) ? "transposed" : "array");
      } else {
        instruct(c_.instructions[next++]);
      }
    }
    for (const auto& q : c_.questions)
      line("guard {}", question_words(q, "array_program::save",
                                      [](const guard::subject& n, slot s) { return fmt::format("{} {}", s, n.element); }));
    for (const auto s : c_.results) line("result {}", s);
    return out_ + "end\n";
  }

 private:
  template <class... A>
  auto line(fmt::format_string<A...> text, A&&... a) -> void {
    fmt::format_to(std::back_inserter(out_), text, std::forward<A>(a)...);
    out_ += '\n';
  }
  auto instruct(const array_instruction& i) -> void {
    const auto* words = i.op->is_structural() ? words_of(*i.op) : nullptr;
    if (!words && find_operation(i.op->name) != i.op)
      throw error(fmt::format("array_program::save: {} is an operation of your own, which a file has no words for", i.op->name));
    std::string operands;
    for (std::uint32_t k = 0; k < i.count; ++k) operands += fmt::format(" {}", c_.operands[i.first + k]);
    line("value {} {} {} {}{}{}", i.to,
         i.of_numbers  ? "number"
         : i.is_number ? "item"
         : words       ? "whole"
                       : "array",
         i.op->name, i.count, operands, words ? words->write(i.parameters.get()) : "");
  }
  const array_code& c_;
  std::string out_;
};

class reading : file_lines {
 public:
  reading(std::istream& in, std::map<std::string, array> constants) : file_lines(in), constants_(std::move(constants)) {}

  auto run() -> array_code {
    next();
    if (line() != heading)
      throw error(line().starts_with("seegrad arrays ")
                      ? fmt::format("it is of another version: \"{}\"; this is version 1", line().substr(0, 40))
                      : "it is no program of arrays of seegrad");
    for (;;) {
      next();
      const auto what = word("a line of a program");
      if (what == "end") break;
      if (what == "input") take_input();
      else if (what == "constant") take_constant();
      else if (what == "value") take_value();
      else if (what == "guard") take_question();
      else if (what == "result")
        c_.results.push_back(known("the result")), c_.result_shapes.push_back(c_.forms[c_.results.back()].shape);
      else wrong(fmt::format("\"{}\" is no line of a program", what.substr(0, 40)));
      end_of_line();
    }
    if (c_.results.empty() || c_.inputs.empty()) wrong("it has no result or no input");
    return std::move(c_);
  }

 private:
  auto known(std::string_view what) -> slot {
    const auto s = number<slot>(what);
    if (s >= c_.forms.size()) wrong(fmt::format("{} is slot {}, and nothing is in it yet", what, s));
    return s;
  }
  auto fresh(const detail::array_form& form, bool has_derivative, array constant = {}) -> slot {
    c_.forms.push_back(form), c_.has_derivative.push_back(has_derivative), c_.constants.push_back(std::move(constant));
    return static_cast<slot>(c_.forms.size() - 1);
  }
  auto expect_next_slot() -> void {
    const auto s = number<slot>("the slot");
    if (s != c_.forms.size()) wrong(fmt::format("slot {} stands where {} is next", s, c_.forms.size()));
  }

  auto take_input() -> void {
    expect_next_slot();
    const auto name = word("the type");
    dtype type = float64;
    bool is_type = false;
    for (const auto t : {boolean, int64, float32, float64})
      if (name == name_of(t)) type = t, is_type = true;
    if (!is_type) wrong(fmt::format("there is no type \"{}\"", name.substr(0, 40)));
    const bool is_number = skip("number");
    const auto its = is_number ? dims() : shape();
    const bool has_slope = skip("slope");
    if (!has_slope && !skip("still")) wrong("`slope` or `still` is wanted");
    if (has_slope && (c_.with_slopes < c_.inputs.size() || !is_floating(type)))
      wrong("an input has a derivative that stands behind one without, or is of whole numbers");
    c_.with_slopes += has_slope;
    const auto s = fresh({its, is_number ? float64 : type, is_number}, has_slope);
    c_.inputs.push_back({s, its, type, is_number});
  }
  auto shape() -> dims {
    const auto list = file_lines::list("the shape");
    double all = 1;
    for (const auto n : list) {
      if (n < 0) wrong("the shape has an extent below 0");
      all *= static_cast<double>(n);
    }
    if (all > 1e15) wrong("the shape is larger than any memory");
    return list;
  }

  auto take_constant() -> void {
    expect_next_slot();
    const auto at = constants_.find(constant_entry(c_.forms.size()));
    if (at == constants_.end()) wrong(fmt::format("'{}' is missing", constant_entry(c_.forms.size())));
    auto x = std::move(at->second);
    if (skip("number")) {
      if (x.size() != 1) wrong("a number has one element");
      x = x.type() == int64 ? array(static_cast<std::int64_t>(x.item())) : array(x.item());
    } else if (skip("transposed")) {
      if (x.rank() < 2) wrong("what is transposed has two axes or more");
      x = swap_axes(x, -1, -2);
    } else if (!skip("array")) {
      wrong("`number`, `array` or `transposed` is wanted");
    }
    const detail::array_form form{x.shape(), x.type(), x.is_number()};
    fresh(form, false, std::move(x));
  }

  auto take_value() -> void {
    expect_next_slot();
    array_instruction i{nullptr, {}, 0, static_cast<std::uint32_t>(c_.operands.size()), 0, false, false, 0};
    const auto kind = word("what it is");
    i.of_numbers = kind == "number", i.is_number = i.of_numbers || kind == "item";
    const bool is_whole = kind == "whole" || kind == "item";
    if (!i.is_number && !is_whole && kind != "array") wrong("`number`, `array`, `whole` or `item` is wanted");
    const auto name = std::string(word("the operation"));
    i.op = named(name, is_whole);
    i.count = number<std::uint32_t>("how many operands");
    std::vector<array> x;
    bool all_numbers = true, has_derivative = false;
    for (std::uint32_t k = 0; k < i.count; ++k) {
      const auto s = known("an operand");
      c_.operands.push_back(s);
      const auto& f = c_.forms[s];
      x.push_back(f.is_number && is_floating(f.type) ? array(1.0)
                  : f.is_number                      ? array(std::int64_t{1})
                                                     : stand_in(f.shape, f.type));
      all_numbers = all_numbers && f.is_number;
      has_derivative = has_derivative || c_.has_derivative[s];
    }
    if (i.op->arity != detail::any_number && i.count != static_cast<std::uint32_t>(i.op->arity))
      wrong(fmt::format("{} takes {} operands", name, i.op->arity));
    if (x.empty()) wrong("an operation without operands");
    if (i.of_numbers ? !all_numbers : i.is_number != i.op->rule->scalar_result)
      wrong(fmt::format("{} does not give that of these operands", name));
    if (const auto* words = words_of(*i.op)) i.parameters = words->read(*this);
    detail::array_form form{{}, float64, true};
    if (!i.of_numbers) {
      try {
        const auto y = i.op->rule->result(i.parameters.get(), x);
        if (!i.is_number) form = {y.shape(), y.type(), y.is_number()};
      } catch (const error& e) {
        wrong(e.what());
      }
    }
    i.to = fresh(form, has_derivative && is_floating(form.type));
    c_.instructions.push_back(std::move(i));
  }
  // Some names are of both, such as that of the larger of two and of the largest of all.
  auto named(const std::string& name, bool is_whole) -> const operation* {
    for (const auto* op : is_whole ? structural_operations() : operations())
      if (op->name == name) return op;
    wrong(fmt::format("there is no operation \"{}\"", name.substr(0, 40)));
  }

  auto take_question() -> void {
    c_.questions.push_back(read_question(*this, [&](guard::subject& s) {
      const auto at = known("what a guard asks of");
      s.element = number<std::int64_t>("the element");
      if (s.element < 0 || s.element >= elements(c_.forms[at].shape)) wrong("a guard asks of an element that is not there");
      return at;
    }));
  }

  std::map<std::string, array> constants_;
  array_code c_;
};

auto read_archive(std::istream& in) -> array_code {
  std::stringstream text;
  bool has_text = false;
  std::map<std::string, array> constants;
  for (const auto& entry : detail::zip::directory(in)) {
    detail::zip::entry_source from(in, entry);
    if (entry.name == text_entry) {
      if (entry.size > (std::int64_t{1} << 30)) throw error("its text is larger than a program's");
      std::string all(static_cast<std::size_t>(entry.size), ' ');
      from.read(all.data(), all.size());
      from.finish();
      text.str(std::move(all)), has_text = true;
    } else {
      auto x = detail::read_npy(from);
      from.finish();
      constants.emplace(entry.name, std::move(x));
    }
  }
  if (!has_text) throw error("it is no program of arrays of seegrad");
  return reading(text, std::move(constants)).run();
}

}  // namespace

auto array_program::save(const std::filesystem::path& file) const -> void {
  const auto& c = engine().program();
  const auto text = writing(c).run();
  detail::replace_file(file, "array_program::save", [&](std::ostream& out) {
    detail::zip::writer archive(out);
    archive.add(std::string(text_entry), {text}, detail::can_deflate());
    for (std::size_t s = 0; s < c.constants.size(); ++s) {
      if (c.constants[s].is_null()) continue;
      std::ostringstream npy;
      save_npy(npy, is_transposed(c.constants[s]) ? swap_axes(c.constants[s], -1, -2) : c.constants[s]);
      archive.add(constant_entry(s), {npy.str()}, false);
    }
    archive.finish();
  });
}

auto load_array_program(const std::filesystem::path& file) -> array_program {
  auto in = detail::open_to_read(file, "load_array_program");
  try {
    array_program p;
    p.parts_ = std::make_shared<array_program::parts>(read_archive(in));
    return p;
  } catch (const error& e) {
    throw error(fmt::format("load_array_program: {}: {}", detail::escaped(file.string()), e.what()));
  }
}

}  // namespace seegrad
