#include <autodiff/run/passes/passes.hpp>
#include <autodiff/run/passes/reads.hpp>

namespace seegrad::detail::run {

auto drop_unread(code& c) -> void {
  std::vector<bool> is_read(c.slots, false);
  const auto read = [&](slot s) {
    if (s != no_slot) is_read[s] = true;
  };
  for (const auto* list : {&c.results, &c.slopes})
    for (const auto s : *list) read(s);
  for (const auto& q : c.questions) read(q.first), read(q.second);

  std::vector<bool> stays(c.instructions.size());
  for (auto at = c.instructions.size(); at-- > 0;) {
    const auto& i = c.instructions[at];
    stays[at] = is_read[i.to];
    if (stays[at]) each_read(i, read);
  }
  std::size_t kept = 0, forward = 0;
  for (std::size_t at = 0; at < c.instructions.size(); ++at) {
    if (!stays[at]) continue;
    c.instructions[kept++] = c.instructions[at];
    forward += at < c.forward;
  }
  c.instructions.resize(kept), c.forward = forward;
  std::erase_if(c.constants, [&](const constant& k) { return !is_read[k.to]; });
}

}  // namespace seegrad::detail::run
