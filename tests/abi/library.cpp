#include "library.hpp"

namespace seegrad {
auto detail::reached(int x) -> int { return x + 1; }
auto detail::hidden(int x) -> int { return x + 2; }

layer::~layer() = default;
auto layer::size() const -> int { return detail::hidden(0); }

struct engine::state {
  kind k;
};
engine::engine(kind k) : state_(new state{k}) {}
engine::~engine() = default;

const int limit = 3;
auto area(const shape& s) -> int { return s.rows * s.columns; }
auto text(std::vector<double> values) -> std::string { return std::to_string(values.size()); }
}  // namespace seegrad
