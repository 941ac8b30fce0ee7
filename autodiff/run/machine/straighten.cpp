#include <autodiff/run/machine/straight.hpp>

#include <bit>
#include <string_view>
#include <unordered_map>

namespace seegrad::detail::run {
namespace {

using home = straight_code::home;

struct test {
  basic where;
  bool swapped, is_true;
};
auto test_of(std::string_view question) -> std::optional<test> {
  if (question == "<") return test{basic::where_less, false, true};
  if (question == ">") return test{basic::where_less, true, true};
  if (question == "<=") return test{basic::where_less_equal, false, true};
  if (question == ">=") return test{basic::where_less_equal, true, true};
  if (question == "==") return test{basic::where_equal, false, true};
  if (question == "!=") return test{basic::where_equal, false, false};
  return std::nullopt;
}

class straightening {
 public:
  straightening(const code& c, width w) : c_(c), width_(w), now_(c.slots, none), is_constant_(c.slots, false) {
    out_.slots = c.slots;
  }

  auto run() -> std::optional<straight_code> {
    for (const auto& q : c_.questions)
      if (!test_of(q.asked.question)) return std::nullopt;
    for (const auto& k : c_.constants) now_[k.to] = number(k.value), is_constant_[k.to] = true;
    for (std::size_t i = 0; i < c_.inputs.size(); ++i)
      now_[c_.inputs[i]] =
          width_ == width::one ? fresh(home::input, static_cast<std::uint32_t>(i)) : fresh(home::memory, c_.inputs[i]);
    for (const auto s : c_.seeds) now_[s] = fresh(home::memory, s);
    for (std::size_t i = 0; i < c_.instructions.size(); ++i) {
      if (i == c_.forward) questions();
      translate(static_cast<std::uint32_t>(i));
    }
    if (c_.forward == c_.instructions.size()) questions();
    out_.results = ends(c_.results), out_.slopes = ends(c_.slopes);
    find_what_outlives();
    return std::move(out_);
  }

 private:
  static constexpr value_id none = ~value_id{0};

  auto fresh(home at, std::uint32_t index) -> value_id {
    out_.values.push_back({at, index});
    return static_cast<value_id>(out_.values.size() - 1);
  }
  auto passing() -> value_id { return fresh(home::passing, 0); }
  auto number(double x) -> value_id {
    const auto [at, is_new] = numbers_.try_emplace(std::bit_cast<std::uint64_t>(x), none);
    if (is_new) {
      at->second = fresh(home::number, static_cast<std::uint32_t>(out_.numbers.size()));
      out_.numbers.push_back(x);
    }
    return at->second;
  }
  auto compute(basic op, value_id to, value_id a, value_id b = none, value_id c = none, value_id d = none) -> value_id {
    out_.steps.push_back({straight_code::step::kind::compute, op, to, {a, b, c, d}});
    return to;
  }

  auto translate(std::uint32_t at) -> void {
    const auto& i = c_.instructions[at];
    if (i.what == instruction::kind::add) {
      const auto a = now_[i.x[0]], b = now_[i.x[1]];
      now_[i.to] = compute(basic::add, fresh(home::memory, i.to), a, b);
      return;
    }
    const bool is_value = i.what == instruction::kind::value;
    const auto* e = expansion_of(*i.op, is_value ? -1 : i.by);
    if (!e) return call(i, at);
    if (is_value) {
      now_[i.to] = expand(*e, i, home::memory);
    } else {
      pass_back(*e, i);
    }
  }

  // What the steps of an expansion come to; its last value stands in the slot of the instruction if that is asked for.
  auto expand(const expansion& e, const instruction& i, home last) -> value_id {
    made_.clear();
    const auto here = [&](const term& t) {
      switch (t.what) {
        case term::kind::operand: return now_[i.x[t.index]];
        case term::kind::result: return now_[i.y];
        case term::kind::number: return number(t.number);
        case term::kind::step: break;
      }
      return made_[static_cast<std::size_t>(t.index)];
    };
    for (const auto& s : e.steps) {
      value_id x[most_basic_operands] = {none, none, none, none};
      for (int k = 0; k < operands_of(s.what); ++k) x[k] = here(s.x[k]);
      const bool is_last = last == home::memory && &s == &e.steps.back() && e.value.what == term::kind::step;
      made_.push_back(compute(s.what, is_last ? fresh(home::memory, i.to) : passing(), x[0], x[1], x[2], x[3]));
    }
    const auto value = here(e.value);
    if (last == home::memory && e.value.what != term::kind::step) return compute(basic::move, fresh(home::memory, i.to), value);
    return value;
  }

  // A plain product: where an exact zero meets infinity or NaN, the block is run again by the interpreter (run/engine.cpp).
  auto pass_back(const expansion& e, const instruction& i) -> void {
    const auto back = now_[i.back];
    const bool adds = i.what == instruction::kind::vjp_add;
    const bool is_number = e.value.what == term::kind::number;
    const auto before = adds ? now_[i.to] : none;
    const auto to = [&] { return fresh(home::memory, i.to); };
    if (is_number && e.value.number == 1) {
      now_[i.to] = adds ? compute(basic::add, to(), before, back) : compute(basic::move, to(), back);
    } else if (is_number && e.value.number == -1) {
      now_[i.to] = adds ? compute(basic::sub, to(), before, back) : compute(basic::neg, to(), back);
    } else {
      const auto d = expand(e, i, home::passing);
      const auto product = compute(basic::mul, adds ? passing() : to(), back, d);
      now_[i.to] = adds ? compute(basic::add, to(), before, product) : product;
    }
  }

  auto call(const instruction& i, std::uint32_t at) -> void {
    straight_code::step s{straight_code::step::kind::call};
    for (int k = 0; k < i.op->arity; ++k) s.x[k] = now_[i.x[k]], outlives(s.x[k]);
    for (int k = i.op->arity; k < most_basic_operands; ++k) s.x[k] = none;
    s.y = s.back = none;
    if (i.what != instruction::kind::value) {
      s.y = now_[i.y], s.back = now_[i.back];
      outlives(s.y), outlives(s.back);
      if (i.what == instruction::kind::vjp_add) outlives(now_[i.to]);
    }
    s.instruction = at;
    s.to = now_[i.to] = fresh(home::memory, i.to);
    outlives(s.to);
    if (width_ == width::many)
      for (const auto x : {i.x[0], i.x[1], i.x[2], i.y, i.back}) want_in_slot(x);
    out_.steps.push_back(s);
  }
  // Kernels of many points read their operands in slots, which those of constants share with nothing else.
  auto want_in_slot(slot x) -> void {
    if (x == no_slot || !is_constant_[x]) return;
    is_constant_[x] = false;
    out_.constants.push_back({x, out_.numbers[out_.values[now_[x]].index]});
  }
  auto outlives(value_id v) -> void { out_.values[v].outlives = true; }

  auto questions() -> void {
    if (c_.questions.empty()) return;
    out_.failed = static_cast<slot>(out_.slots++);
    auto failed = number(0);
    const auto bad = number(1);
    for (const auto& q : c_.questions) {
      const auto t = *test_of(q.asked.question);
      auto a = q.first == no_slot ? number(q.asked.first.number) : now_[q.first];
      auto b = q.second == no_slot ? number(q.asked.second.number) : now_[q.second];
      if (t.swapped) std::swap(a, b);
      const bool holds = t.is_true == (q.asked.answer != 0);
      failed = compute(t.where, fresh(home::memory, out_.failed), a, b, holds ? failed : bad, holds ? bad : failed);
    }
    outlives(failed);
  }

  // The engine reads results in slots.
  auto ends(const places& from) -> places {
    places to;
    for (const auto s : from) {
      if (s == no_slot) {
        to.push_back(no_slot);
        continue;
      }
      const auto v = now_[s];
      if (out_.values[v].at == home::memory) {
        outlives(v);
        to.push_back(out_.values[v].index);
      } else {
        const auto own = static_cast<slot>(out_.slots++);
        outlives(compute(basic::move, fresh(home::memory, own), v));
        to.push_back(own);
      }
    }
    return to;
  }

  auto find_what_outlives() -> void {
    std::vector<std::uint32_t> made(out_.values.size(), 0);
    std::uint32_t stretch = 0;
    for (const auto& s : out_.steps) {
      if (s.what == straight_code::step::kind::call) {
        ++stretch;
        continue;
      }
      for (int k = 0; k < operands_of(s.op); ++k)
        if (made[s.x[k]] != stretch) outlives(s.x[k]);
      made[s.to] = stretch;
    }
  }

  const code& c_;
  width width_;
  std::vector<value_id> now_;      // by slot
  std::vector<bool> is_constant_;  // by slot: of a constant that is not in it yet
  std::vector<value_id> made_;     // by step of the expansion at hand
  std::unordered_map<std::uint64_t, value_id> numbers_;
  straight_code out_;
};

}  // namespace

auto straighten(const code& c, width w) -> std::optional<straight_code> { return straightening(c, w).run(); }

}  // namespace seegrad::detail::run
