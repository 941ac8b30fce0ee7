// Programs as text:
//
//   seegrad program 1
//   settled                      where it is not to be run sideways
//   constant 0 0.25
//   input 1
//   seed 2
//   value 3 mul 1 0              the result's slot, the operation, its operands
//   forward                      derivatives come from here on, and values that only they need
//   vjp 4 mul 0 3 2 1 0          the slot, the operation, by which operand, the result, its adjoint, the operands
//   vjp_add …                    added to what is in the slot
//   add 5 4 2
//   guard < 1 number 3 number 0.5 0 the guard 0: x < 0.5        what was asked, the answer, of what (`slot 3` or `number 0.5`), its number and text
//   result 3
//   slope 4                      or `slope none`, where the derivative is 0
//   end
//
// A file may be cut off, damaged or made to do harm: no line is believed before it has been checked, and no memory is taken for more than the file has lines.

#include <algorithm>
#include <autodiff/run/code.hpp>
#include <autodiff/run/question_words.hpp>
#include <fmt/format.h>
#include <istream>
#include <limits>

namespace seegrad::detail::run {
namespace {

constexpr std::string_view heading = "seegrad program 1";

class writing {
 public:
  explicit writing(const code& c) : c_(c) {}

  auto run() -> std::string {
    line("{}", heading);
    if (c_.is_settled) line("settled");
    for (const auto& k : c_.constants) line("constant {} {}", k.to, k.value);
    for (const auto s : c_.inputs) line("input {}", s);
    for (const auto s : c_.seeds) line("seed {}", s);
    for (std::size_t i = 0; i < c_.instructions.size(); ++i) {
      if (i == c_.forward) line("forward");
      instruct(c_.instructions[i]);
    }
    if (c_.forward == c_.instructions.size()) line("forward");
    return std::move(out_);
  }

 private:
  template <class... A>
  auto line(fmt::format_string<A...> text, A&&... a) -> void {
    fmt::format_to(std::back_inserter(out_), text, std::forward<A>(a)...);
    out_ += '\n';
  }
  auto instruct(const instruction& i) -> void {
    if (find_operation(i.op->name) != i.op)
      throw error(fmt::format("program::save: {} is an operation of your own, which a file has no words for", i.op->name));
    std::string operands;
    for (int k = 0; k < i.op->arity; ++k) operands += fmt::format(" {}", i.x[k]);
    switch (i.what) {
      case instruction::kind::value: line("value {} {}{}", i.to, i.op->name, operands); break;
      case instruction::kind::add: line("add {} {} {}", i.to, i.x[0], i.x[1]); break;
      case instruction::kind::vjp: line("vjp {} {} {} {} {}{}", i.to, i.op->name, i.by, i.y, i.back, operands); break;
      case instruction::kind::vjp_add: line("vjp_add {} {} {} {} {}{}", i.to, i.op->name, i.by, i.y, i.back, operands); break;
    }
  }

  const code& c_;
  std::string out_;
};

}  // namespace

auto to_file(const code& c) -> std::string {
  auto out = writing(c).run();
  for (const auto& q : c.questions)
    out += fmt::format("guard {}\n",
                       question_words(q, "program::save", [](const guard::subject&, slot s) { return std::to_string(s); }));
  for (const auto s : c.results) out += fmt::format("result {}\n", s);
  for (const auto s : c.slopes) out += s == no_slot ? "slope none\n" : fmt::format("slope {}\n", s);
  return out + "end\n";
}

namespace {

class reading : file_lines {
 public:
  explicit reading(std::istream& in) : file_lines(in) {}

  auto run() -> code {
    next();
    if (line() != heading)
      throw error(line().starts_with("seegrad program ")
                      ? fmt::format("it is of another version: \"{}\"; this is version 1", line().substr(0, 40))
                      : "it is no program of seegrad");
    while (next(), (what_ = word("a line of a program")) != "end") take();
    if (!is_forward_over_) wrong("it has no line \"forward\"");
    if (c_.results.empty()) wrong("it has no result");
    if (c_.seeds.size() != c_.results.size() || c_.slopes.size() != c_.inputs.size())
      wrong("it must have a seed for each result and a slope for each input");
    c_.slots = used_;
    return std::move(c_);
  }

 private:
  /// An aid is a value that only derivatives need.
  enum class role : std::uint8_t { value, aid, adjoint };

  // Slots of the file, of which many numbers share one, become slots of their own.
  auto read(std::string_view what) -> slot {
    const auto s = number<std::uint32_t>(what);
    if (s >= now_.size() || now_[s] == no_slot) wrong(fmt::format("{} is slot {}, and nothing is in it yet", what, s));
    return now_[s];
  }
  auto read_value(std::string_view what, role most = role::value) -> slot {
    const auto s = read(what);
    if (roles_[s] > most)
      wrong(fmt::format("{} is a slot that holds a seed or a derivative, or is computed for those, and must be a value", what));
    return s;
  }
  auto write() -> slot {
    const auto s = number<std::uint32_t>("the slot");
    if (s > most_slots()) wrong(fmt::format("slot {} is beyond what a program of so many lines needs", s));
    if (s >= now_.size()) now_.resize(std::size_t{s} + 1, no_slot);
    written_ = s;
    roles_.resize(used_ + 1);
    roles_[used_] = what_ == "value"                      ? (is_forward_over_ ? role::aid : role::value)
                    : is_forward_over_ || what_ == "seed" ? role::adjoint
                                                          : role::value;
    return static_cast<slot>(used_++);
  }
  // A file that was written here has no more slots than lines so far, but for those that come later in its lines.
  auto most_slots() const -> std::size_t { return 2 * count() + 1024; }
  auto written(slot s) -> void { now_[written_] = s; }

  auto take() -> void {
    const auto what = what_;
    if (what == "settled") {
      c_.is_settled = true;
    } else if (what == "constant") {
      const auto to = write();
      c_.constants.push_back({to, number<double>("the constant")}), written(to);
    } else if (what == "input") {
      c_.inputs.push_back(write()), written(c_.inputs.back());
    } else if (what == "seed") {
      c_.seeds.push_back(write()), written(c_.seeds.back());
    } else if (what == "value") {
      value();
    } else if (what == "vjp" || what == "vjp_add") {
      vjp(what == "vjp_add");
    } else if (what == "add") {
      add();
    } else if (what == "forward") {
      if (is_forward_over_) wrong("there is a second line \"forward\"");
      is_forward_over_ = true, c_.forward = c_.instructions.size();
      at_forward_ = now_;
    } else if (what == "guard") {
      ask();
    } else if (what == "result") {
      c_.results.push_back(read_value("the result"));
    } else if (what == "slope") {
      if (skip("none")) c_.slopes.push_back(no_slot);
      else c_.slopes.push_back(read("the slope"));
    } else {
      wrong(fmt::format("\"{}\" is no line of a program", what.substr(0, 40)));
    }
    end_of_line();
  }

  auto operation_named() -> const operation* {
    const auto name = word("the operation");
    const auto* op = find_operation(name);
    if (!op) wrong(fmt::format("there is no operation \"{}\"", name.substr(0, 40)));
    return op;
  }
  auto operands(instruction& i) -> void {
    for (int k = 0; k < i.op->arity; ++k)
      i.x[k] = i.what == instruction::kind::value ? read_value("an operand", is_forward_over_ ? role::aid : role::value)
                                                  : read("an operand");
  }
  auto value() -> void {
    instruction i{.op = nullptr, .what = instruction::kind::value};
    i.to = write(), i.op = operation_named(), operands(i), written(i.to);
    c_.instructions.push_back(i);
  }
  auto add() -> void {
    if (!is_forward_over_) wrong("a sum of adjoints stands before the line \"forward\"");
    instruction i{.op = find_operation("add"), .what = instruction::kind::add};
    i.to = write(), i.x[0] = read("an operand"), i.x[1] = read("an operand"), written(i.to);
    c_.instructions.push_back(i);
  }
  auto vjp(bool adds) -> void {
    if (!is_forward_over_) wrong("a derivative stands before the line \"forward\"");
    instruction i{.op = nullptr, .what = adds ? instruction::kind::vjp_add : instruction::kind::vjp};
    const auto fresh = write();
    i.to = fresh;
    if (adds) {
      --used_;
      if (now_[written_] == no_slot || roles_[now_[written_]] != role::adjoint)
        wrong("a derivative is added to a slot that holds none");
      i.to = now_[written_];
    }
    i.op = operation_named();
    const auto by = number<int>("which operand");
    if (by < 0 || by >= i.op->arity) wrong(fmt::format("{} has no operand {}", i.op->name, by));
    i.by = static_cast<std::uint8_t>(by);
    i.y = read("the result"), i.back = read("the adjoint"), operands(i), written(i.to);
    c_.instructions.push_back(i);
  }
  // Guards are asked when all values are there, and no derivatives yet.
  auto ask() -> void {
    if (!is_forward_over_) wrong("a guard stands before the line \"forward\"");
    c_.questions.push_back(read_question(*this, [&](guard::subject&) {
      now_.swap(at_forward_);
      const auto at = read_value("what a guard asks of");
      now_.swap(at_forward_);
      return at;
    }));
  }

  std::string_view what_;  // the first word of a line
  std::size_t used_ = 0;
  bool is_forward_over_ = false;
  std::uint32_t written_ = 0;
  std::vector<slot> now_, at_forward_;  // by slot of the file
  std::vector<role> roles_;             // by slot
  code c_;
};

}  // namespace

auto from_file(std::istream& in) -> code { return reading(in).run(); }

}  // namespace seegrad::detail::run
