#include <autodiff/see/page/record_json.hpp>

#include <algorithm>
#include <autodiff/derive/evaluate.hpp>
#include <autodiff/see/flow.hpp>
#include <autodiff/see/formula_text.hpp>
#include <autodiff/see/label.hpp>
#include <autodiff/see/page/array_json.hpp>
#include <autodiff/see/page/script_functions.hpp>
#include <autodiff/see/page/state_json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace seegrad::detail::see {
namespace {

constexpr int input = -1, constant = -2;  // in the place of an operation

class record_writer {
 public:
  explicit record_writer(scene& s) : s_(s), g_(s.g), flows_(s.carried) {}

  auto write() -> page_record {
    choose();
    json out{{"version", 1},
             {"title", s_.options.title},
             {"digits", s_.options.digits},
             {"direction", direction()},
             {"outputs", json::array()},
             {"seeds", json::array()}};
    for (auto k : outputs()) out["outputs"].push_back(index_[k]), out["seeds"].push_back(number_json(seed(k)));
    auto& nodes = out["nodes"] = json::array();
    for (node_id k = 0; k < g_.size(); ++k)
      if (index_[k] >= 0) nodes.push_back(node(k));
    out["operations"] = operations_;
    out["scopes"] = scopes();
    out["boxes"] = boxes_;
    out["guards"] = guards();
    out["notes"] = notes();
    out["claims"] = claims();
    out["hidden"] = hidden_;
    // Without what is in the boxes there is nothing to open.
    const auto drawings = hidden_ > 0 ? std::vector<inner_drawing>{} : inner_drawings(s_);
    auto& inner = out["drawings"] = json::array();
    for (const auto& d : drawings) inner.push_back(drawing(d));
    out["states"] = states_json(g_, index_, drawn_alone(drawings), s_.options.states);
    out["allStates"] = s_.options.states.size();
    // A name may hold any bytes, JSON may not; and nothing in it may begin or end an element where it stands.
    std::string text;
    for (const char c : out.dump(-1, ' ', false, json::error_handler_t::replace)) c == '<' ? text += "\\u003c" : text += c;
    page_record page{text, script_functions(with_script_), {}};
    for (const auto& d : drawings) page.drawings.emplace_back(d.what.id(), d.dot);
    return page;
  }

 private:
  // What is shown, and the constants it uses, as they are needed to compute; of very many nodes only those outside of boxes.
  auto choose() -> void {
    index_.assign(g_.size(), -1);
    for (node_id k = 0; k < g_.size(); ++k) has_arrays_ |= s_.shown[k] && g_.is_tensor_node(k);
    const bool all = s_.shown_count <= most_embedded;
    for (node_id k = 0; k < g_.size(); ++k) {
      if (!s_.shown[k]) continue;
      const auto i = s_.item_of[k];
      if (!all && !(s_.items[i].kept && s_.single(i))) {
        ++hidden_;
        continue;
      }
      index_[k] = 0;
      if (!g_.is_leaf(k))
        for (auto o : g_.operands(k))
          if (g_.is_constant(o)) index_[o] = 0;
    }
    int next = 0;
    for (auto& i : index_)
      if (i == 0) i = next++;
  }

  auto direction() const -> std::string_view {
    switch (s_.options.direction) {
      case picture_direction::left_to_right: return "left_to_right";
      case picture_direction::top_to_bottom: return "top_to_bottom";
      case picture_direction::right_to_left: return "right_to_left";
      default: return "bottom_to_top";
    }
  }

  /// Those of the last sweep, or those of the picture if there was none.
  auto outputs() const -> std::vector<node_id> {
    std::vector<node_id> found;
    for (auto k : g_.outputs().empty() ? s_.outputs : g_.outputs())
      if (k < g_.size() && index_[k] >= 0) found.push_back(k);
    return found;
  }
  auto seed(node_id k) const -> double {
    if (g_.is_tensor(k) || g_.state(k) != adjoint_state::number) return 1;
    return g_.adjoint(k) - (s_.item_of[k] == no_item ? 0 : s_.inflows[s_.item_of[k]].sum);
  }

  auto node(node_id k) -> json {
    auto operands = json::array();
    if (!g_.is_leaf(k))
      for (auto o : g_.operands(k)) operands.push_back(index_[o]);
    const auto scope = s_.scope(k);
    json out = {k, operation_of(k), g_.name(k), operands, value(k), gradient(k), scope, box(k)};
    if (g_.is_leaf(k)) return out;
    if (has_arrays_) out.push_back(nullptr), out.push_back(carried(k));
    else if (!with_script_.contains(g_.op(k))) out.push_back(slopes(k));
    return out;
  }

  auto operation_of(node_id k) -> int {
    if (g_.is_leaf(k)) return g_.is_constant(k) ? constant : input;
    const auto* op = g_.op(k);
    const auto [at, fresh] = number_of_.try_emplace(op, static_cast<int>(operations_.size()));
    if (fresh) {
      const bool script = has_script(*op);
      if (script) with_script_.insert(op);
      operations_.push_back(
          {{"name", op->name}, {"sign", sign_of(*op)}, {"arity", op->arity}, {"ordered", ordered(*op)}, {"f", script}});
    }
    return at->second;
  }

  auto value(node_id k) const -> json { return g_.is_tensor(k) ? array_json(g_.array_value(k)) : number_json(g_.value(k)); }
  auto gradient(node_id k) const -> json {
    if (g_.is_constant(k)) return nullptr;
    if (!g_.swept(k)) return nullptr;
    const auto state = g_.state(k);
    if (state == adjoint_state::structural_zero) return "zero";
    if (state == adjoint_state::not_computed) return "dropped";
    return g_.is_tensor(k) ? array_json(g_.array_adjoint(k)) : number_json(g_.adjoint(k));
  }

  auto slopes(node_id k) const -> json {
    auto out = json::array();
    const node_of_numbers n(g_, k);
    for (int i = 0; i < g_.operands(k).size(); ++i) out.push_back(number_json(n.partial(i)));
    return out;
  }
  auto carried(node_id k) -> json {
    auto out = json::array();
    for (int i = 0; i < g_.operands(k).size(); ++i) {
      const bool any = flows_.has_any(k) && g_.is_differentiable(g_.operands(k)[i]);
      const auto f = any ? flows_.of(k, i) : flow{.kept = false};
      out.push_back(f.kept ? number_json(f.carried) : json());
    }
    return out;
  }

  auto box(node_id k) -> int {
    const auto i = s_.item_of.empty() ? no_item : s_.item_of[k];
    if (i == no_item) return drawn_by_itself;  // a constant that is written into what uses it
    if (!s_.items[i].kept) return drawn_hidden;
    if (!is_in_box(s_, k)) return drawn_by_itself;
    const auto [at, fresh] = box_of_.try_emplace(i, static_cast<int>(boxes_.size()));
    if (fresh) boxes_.push_back(box_json(box_of(s_, i)));
    return at->second;
  }
  auto box_json(const inner_drawing::box& b) const -> json {
    return {{"id", b.id()}, {"name", s_.scope_name(b.scope)}, {"copies", b.copies}, {"scope", b.scope}};
  }

  auto drawing(const inner_drawing& d) const -> json {
    json out{{"id", d.what.id()},
             {"scope", d.what.scope},
             {"first", -1},
             {"places", json::array()},
             {"boxes", json::array()},
             {"neighbours", json::array()},
             {"moreNeighbours", d.more_neighbours}};
    for (std::size_t j = 0; j < d.places.size(); ++j) {
      const auto k = index_[d.first + j];
      if (k < 0) continue;
      if (out["first"] == -1) out["first"] = k;
      out["places"].push_back(d.places[j]);
    }
    for (const auto& b : d.boxes) out["boxes"].push_back(box_json(b));
    for (auto k : d.neighbours) out["neighbours"].push_back(index_[k]);
    return out;
  }

  // Nodes with a label of their own, here or inside of a box.
  auto drawn_alone(const std::vector<inner_drawing>& drawings) const -> std::vector<char> {
    std::vector<char> out(g_.size(), 0);
    for (item_id i = 0; i < s_.items.size(); ++i)
      if (s_.items[i].kept && s_.single(i)) out[s_.node(i)] = 1;
    for (const auto& d : drawings)
      for (std::size_t j = 0; j < d.places.size(); ++j)
        if (d.places[j] == drawn_by_itself) out[d.first + j] = 1;
    return out;
  }

  auto scopes() const -> json {
    auto out = json::array();
    for (const auto& c : s_.scopes.all) out.push_back({c.name, c.parent});
    return out;
  }

  // Of the place in the source only the name of the file: where it lies on this machine is nobody's business.
  auto guards() const -> json {
    auto out = json::array();
    for (const auto& q : g_.guards()) {
      if (!q.first.is_node || index_[q.first.node] < 0 || (q.second.is_node && index_[q.second.node] < 0)) continue;
      const auto file = std::filesystem::path(q.file ? q.file : "").filename().string();
      out.push_back({{"question", q.question},
                     {"a", index_[q.first.node]},
                     {"b", q.second.is_node ? json() : number_json(q.second.number)},
                     {"bNode", q.second.is_node ? json(index_[q.second.node]) : json()},
                     {"answer", number_json(q.answer)},
                     {"place", file.empty() ? "" : fmt::format("{}:{}", file, q.line)}});
    }
    return out;
  }

  auto notes() const -> json {
    constexpr std::string_view moods[] = {"good", "doubtful", "bad", "plain"};
    auto out = json::object();
    for (const auto& [k, note] : s_.options.notes)
      if (k < g_.size() && index_[k] >= 0)
        out[std::to_string(index_[k])] = {moods[static_cast<std::size_t>(note.how)], note.text};
    return out;
  }

  auto claims() const -> json {
    auto out = json::array();
    for (const auto& [k, value] : s_.options.claims)
      if (k < g_.size() && index_[k] >= 0) out.push_back({{"node", index_[k]}, {"value", number_json(value)}});
    return out;
  }

  scene& s_;
  const graph& g_;
  flows& flows_;
  std::vector<int> index_;  // by node; -1 for what is left out
  json operations_ = json::array(), boxes_ = json::array();
  std::map<const operation*, int> number_of_;
  std::set<const operation*> with_script_;
  std::map<item_id, int> box_of_;
  std::size_t hidden_ = 0;
  bool has_arrays_ = false;
};

}  // namespace

auto record_of(scene& s) -> page_record { return record_writer(s).write(); }

}  // namespace seegrad::detail::see
