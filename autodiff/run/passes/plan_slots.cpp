#include <algorithm>
#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>

namespace seegrad::detail::run {
namespace {

class planner {
 public:
  explicit planner(code& c) : c_(c), last_read_(c.slots, 0), now_(c.slots, no_slot) {}

  auto run() -> void {
    find_last_reads();
    for (auto& k : c_.constants) k.to = place(k.to);
    for (auto* list : {&c_.inputs, &c_.seeds})
      for (auto& s : *list) s = place(s);
    for (std::size_t at = 0; at < c_.instructions.size(); ++at) rewrite(at);
    for (auto& q : c_.questions) follow(q.first), follow(q.second);
    for (auto* list : {&c_.results, &c_.slopes})
      for (auto& s : *list) follow(s);
    c_.slots = used_;
  }

 private:
  static constexpr std::size_t always = ~std::size_t{0};

  auto find_last_reads() -> void {
    for (std::size_t at = 0; at < c_.instructions.size(); ++at)
      each_read(c_.instructions[at], [&](slot s) { last_read_[s] = at; });
    const auto stays = [&](slot s) {
      if (s != no_slot) last_read_[s] = always;
    };
    for (const auto& k : c_.constants) stays(k.to);
    for (auto* list : {&c_.results, &c_.slopes})
      for (auto s : *list) stays(s);
    // Questions are asked when all values are there, and no derivatives yet.
    for (const auto& q : c_.questions)
      for (auto s : {q.first, q.second})
        if (s != no_slot && last_read_[s] < c_.forward) last_read_[s] = c_.forward;
  }

  auto place(slot s) -> slot {
    if (now_[s] != no_slot) return now_[s];
    if (free_.empty()) return now_[s] = static_cast<slot>(used_++);
    now_[s] = free_.back();
    free_.pop_back();
    return now_[s];
  }
  auto follow(slot& s) -> void {
    if (s != no_slot) s = place(s);
  }

  auto rewrite(std::size_t at) -> void {
    auto& i = c_.instructions[at];
    slot over[max_arity + 3];
    std::size_t count = 0;
    each_read(i, [&](slot& s) {
      const auto was = s;
      if (&s != &i.to && last_read_[was] == at && std::find(over, over + count, was) == over + count) over[count++] = was;
      s = place(was);
    });
    // What is read for the last time makes room for the result.
    for (std::size_t k = 0; k < count; ++k) free_.push_back(now_[over[k]]);
    if (i.what != instruction::kind::vjp_add) i.to = place(i.to);
  }

  code& c_;
  std::vector<std::size_t> last_read_;
  std::vector<slot> now_, free_;
  std::size_t used_ = 0;
};

}  // namespace

auto plan_slots(code& c) -> void { planner(c).run(); }

}  // namespace seegrad::detail::run
