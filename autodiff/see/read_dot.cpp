#include <autodiff/see/read_dot.hpp>

#ifdef SEEGRAD_PICTURES
#include <algorithm>
#include <deque>
#include <unordered_map>

namespace seegrad::detail::see {
namespace {

// Even numbers have a name, odd ones have none.
struct numbers {
  std::unordered_map<std::string, IDTYPE> of;
  std::deque<std::string> names;
  IDTYPE nameless = 1;
};

struct text {
  const std::string& all;
  std::size_t at = 0;
};

extern "C" {
static auto open_numbers(Agraph_t*, Agdisc_t*) -> void* { return new numbers; }
static auto close_numbers(void* state) -> void { delete static_cast<numbers*>(state); }
static auto number_of(void* state, int, char* name, IDTYPE* id, int create) -> long {
  auto& n = *static_cast<numbers*>(state);
  if (!name) return *id = n.nameless, n.nameless += 2, 1;
  if (const auto at = n.of.find(name); at != n.of.end()) return *id = at->second, 1;
  if (!create) return 0;
  n.names.emplace_back(name);
  n.of.emplace(name, *id = 2 * n.names.size());
  return 1;
}
static auto no_number(void*, int, IDTYPE) -> long { return 0; }
static auto keep_number(void*, int, IDTYPE) -> void {}
static auto name_of_number(void* state, int, IDTYPE id) -> char* {
  auto& n = *static_cast<numbers*>(state);
  return id % 2 == 0 && id / 2 <= n.names.size() && id > 0 ? n.names[id / 2 - 1].data() : nullptr;
}
static auto nothing_else(void*, int, void*) -> void {}

static auto read_on(void* from, char* buffer, int size) -> int {
  auto& t = *static_cast<text*>(from);
  const auto n = std::min(static_cast<std::size_t>(std::max(size, 0)), t.all.size() - t.at);
  std::copy_n(t.all.data() + t.at, n, buffer);
  t.at += n;
  return static_cast<int>(n);
}
static auto write_nothing(void*, const char*) -> int { return 0; }
static auto flush_nothing(void*) -> int { return 0; }
}

}  // namespace

auto read_dot(const std::string& dot) -> Agraph_t* {
  static Agiddisc_t ids = {open_numbers, number_of, no_number, keep_number, name_of_number, close_numbers, nothing_else};
  static Agiodisc_t reading = {read_on, write_nothing, flush_nothing};
  static Agdisc_t all = {&AgMemDisc, &ids, &reading};
  text t{dot};
  return agread(&t, &all);
}

}  // namespace seegrad::detail::see
#endif
