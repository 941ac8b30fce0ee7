#include "home.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

namespace seegrad::python {
namespace {

/// A graph, and its place in the chain of those that record on its thread (graph/recorder.hpp).
struct member {
  const graph* it;
  detail::recorder* place;
  std::weak_ptr<graph> shared;
};

auto is_linked(const detail::recorder* r) -> bool {
  auto* at = detail::current;
  while (at != &detail::idle && at != r) at = at->outer;
  return at == r;
}

/// The graphs of one thread.
struct household {
  std::vector<member> live;  // of this thread alone
  std::mutex access;
  std::vector<std::unique_ptr<graph>> left;  // by other threads
  std::atomic<bool> has_left = false;
  bool has_ended = false;

  auto clear() -> void {
    std::vector<std::unique_ptr<graph>> now;
    {
      const std::lock_guard lock(access);
      now.swap(left), has_left = false;
    }
    for (const auto& g : now) forget(g.get());
  }
  auto forget(const graph* g) -> void {
    std::erase_if(live, [&](const auto& one) { return one.it == g; });
  }
  auto find(const graph* g) const -> const member* {
    for (auto at = live.rbegin(); at != live.rend(); ++at)
      if (at->it == g) return &*at;
    return nullptr;
  }
  auto leave(std::unique_ptr<graph> g) -> void {
    const std::lock_guard lock(access);
    if (has_ended) return;  // nobody else looks at it
    left.push_back(std::move(g)), has_left = true;
  }
};

/// Whoever holds a graph of a thread that has ended finds the household still there.
struct resident {
  std::shared_ptr<household> of = std::make_shared<household>();
  ~resident() {
    of->clear();
    const std::lock_guard lock(of->access);
    of->has_ended = true;
  }
};
auto mine() -> const std::shared_ptr<household>& {
  thread_local resident here;
  return here.of;
}

template <class... Kind>
auto make(Kind... kind) -> shared_graph {
  const auto& here = mine();
  if (here->has_left) here->clear();
  const shared_graph g(new graph(kind...), [here](graph* old) {
    std::unique_ptr<graph> owned(old);
    if (mine() == here) here->forget(old);
    else here->leave(std::move(owned));
  });
  here->live.push_back({g.get(), detail::current, g});
  return g;
}

}  // namespace

auto make_graph() -> shared_graph { return make(); }
auto make_graph(with_guards_t) -> shared_graph { return make(with_guards); }
auto make_graph(shapes_only_t) -> shared_graph { return make(shapes_only); }

auto home() -> shared_graph {
  const auto& here = mine();
  if (here->has_left) here->clear();
  if (!graph::is_active()) return {};
  const auto* found = here->find(&graph::active());
  return found ? found->shared.lock() : nullptr;
}

auto close(const graph& g) -> void {
  const auto* found = mine()->find(&g);
  if (!found) return;
  for (auto** at = &detail::current; *at != &detail::idle; at = &(*at)->outer)
    if (*at == found->place) {
      *at = found->place->outer;
      return;
    }
}

auto open(const graph& g) -> void {
  const auto* found = mine()->find(&g);
  if (!found) throw error("graph: it is of another thread, and records on no other");
  if (is_linked(found->place)) return;
  found->place->outer = detail::current;
  detail::current = found->place;
}

auto is_open(const graph& g) -> bool {
  const auto* found = mine()->find(&g);
  return found && is_linked(found->place);
}

}  // namespace seegrad::python
