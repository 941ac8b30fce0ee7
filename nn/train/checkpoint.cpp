#include <nn/train/checkpoint.hpp>

#include <fmt/format.h>
#include <limits>
#include <nn/save/safetensors.hpp>

namespace seegrad::nn::detail {
namespace {

constexpr std::string_view of_model = "model/", of_optimiser = "optimiser/", of_history = "history/";

/// What is named below `prefix`, without it.
auto below(const state_map& all, std::string_view prefix) -> state_map {
  state_map some;
  for (const auto& [name, value] : all)
    if (name.starts_with(prefix)) some.emplace(name.substr(prefix.size()), value);
  return some;
}

auto add(state_map& all, std::string_view prefix, const state_map& some) -> void {
  for (const auto& [name, value] : some) all.emplace(std::string(prefix) + name, value);
}

auto rows_of(const state_map& columns) -> history {
  history all;
  const auto rows = columns.empty() ? 0 : columns.begin()->second.size();
  for (index_t i = 0; i < rows; ++i) {
    std::vector<std::pair<std::string, double>> row;
    for (const auto& [name, column] : columns) {
      if (name.size() < 4 || column.rank() != 1 || column.size() != rows) throw error("its history is damaged");
      row.emplace_back(name.substr(4), column.at(i));
    }
    all.append(row);
  }
  return all;
}

auto check_options(const std::map<std::string, std::string>& found, const std::map<std::string, std::string>& wanted) -> void {
  for (const auto& [name, value] : wanted) {
    const auto it = found.find(name);
    if (it == found.end()) throw error("it is not a checkpoint of nn::fit");
    if (it->second != value)
      throw error(fmt::format("it was written with {} = {}, and this is {}; take the same options, or another file", name,
                              it->second, value));
  }
}

}  // namespace

auto save_checkpoint(const std::filesystem::path& file, const model_face& model, const fit_result& so_far, const standing& at,
                     const std::map<std::string, std::string>& options) -> void {
  state_map all;
  add(all, of_model, model.state());
  if (so_far.optimiser.steps() > 0) add(all, of_optimiser, so_far.optimiser.state());
  index_t number = 0;  // the order of the columns is part of their names
  for (const auto& name : so_far.history.columns())
    all.emplace(fmt::format("{}{:03}/{}", of_history, number++, name), array(so_far.history[name]));
  all.emplace("standing", array(std::vector<std::int64_t>{at.epoch, at.batch}));
  all.emplace("sums", array(std::vector<double>{at.loss_sum, at.metric_sum, at.samples}));
  save_safetensors(file, all, options);
}

auto load_checkpoint(const std::filesystem::path& file, const model_face& model, fit_result& so_far, standing& at,
                     const std::map<std::string, std::string>& options) -> void {
  try {
    check_options(safetensors_metadata(file), options);
    const auto all = load_safetensors(file);
    const auto where = all.find("standing"), sums = all.find("sums");
    if (where == all.end() || sums == all.end() || where->second.type() != int64 || where->second.shape() != dims{2} ||
        sums->second.type() != float64 || sums->second.shape() != dims{3})
      throw error("it is not a checkpoint of nn::fit");
    const auto done = where->second.to_vector<std::int64_t>();
    constexpr auto most = std::numeric_limits<int>::max();
    if (done[0] < 0 || done[0] > most || done[1] < 0)
      throw error(fmt::format("it says that {} epochs and {} batches are done", done[0], done[1]));
    auto optimiser = so_far.optimiser;
    if (auto state = below(all, of_optimiser); !state.empty()) optimiser.load_state(std::move(state));
    auto rows = rows_of(below(all, of_history));
    model.load(below(all, of_model));
    so_far.optimiser = std::move(optimiser);
    so_far.history = std::move(rows);
    at = {done[0], done[1], sums->second.at(0), sums->second.at(1), sums->second.at(2)};
  } catch (const error& e) {
    throw error(fmt::format("fit: cannot go on from the checkpoint {}: {}", file.string(), e.what()));
  }
}

}  // namespace seegrad::nn::detail
