// Training: steps, and whole ones.

#include "bind.hpp"
#include "data.hpp"
#include "model.hpp"
#include "text_file.hpp"
#include <nn/see/diagnose.hpp>
#include <nn/train/fit.hpp>
#include <pybind11/functional.h>
#include <pybind11/stl/filesystem.h>

namespace seegrad::python {
namespace {

/// A loss of Python's, called with Python's lock.
auto loss_of(const py::object& f) -> nn::loss_function {
  if (f.is_none()) return {};
  return [&f](const tensor& prediction, const tensor& target) -> tensor {
    const py::gil_scoped_acquire python;
    return operand(f(give(prediction), give(target))).as_tensor();
  };
}
auto metric_of(const py::object& f) -> std::optional<nn::metric> {
  if (f.is_none()) return std::nullopt;
  const auto name = py::hasattr(f, "__name__") ? f.attr("__name__").cast<std::string>() : std::string("metric");
  return nn::metric{name, [&f](const array& prediction, const array& target) {
                      const py::gil_scoped_acquire python;
                      return f(to_numpy(prediction), to_numpy(target)).cast<double>();
                    }};
}

/// What is usual where no loss is given.
auto usual(const array& targets) -> nn::loss_function {
  if (targets.is_floating()) return [](const tensor& y, const tensor& t) { return nn::mse_loss(y, t); };
  return [](const tensor& y, const tensor& t) { return nn::cross_entropy(y, t); };
}

/// A step with the model and the loss that it calls.
class step {
 public:
  step(py::object object, py::object loss, bool replay) : model_(std::move(object)), loss_(std::move(loss)), replay_(replay) {}
  auto operator()(py::handle x, py::handle y, double share) -> py::tuple {
    const nn::dataset batch{from_any(x, memory::copied), from_any(y, memory::copied)};
    if (!run_)
      run_ = std::make_unique<nn::training_step>(model_, loss_.is_none() ? usual(batch.targets) : loss_of(loss_), replay_);
    const auto& done = [&]() -> const nn::step_outcome& {
      const py::gil_scoped_release free;
      return (*run_)(batch, share);
    }();
    py::list gradients;
    for (const auto& g : done.gradients) gradients.append(g.is_null() ? py::object(py::none()) : to_numpy(g));
    return py::make_tuple(done.loss, gradients, to_numpy(done.prediction));
  }
  auto update(py::handle x, py::handle y, nn::optimiser& o, double clip_norm) -> double {
    const nn::dataset batch{from_any(x, memory::copied), from_any(y, memory::copied)};
    if (!run_)
      run_ = std::make_unique<nn::training_step>(model_, loss_.is_none() ? usual(batch.targets) : loss_of(loss_), replay_);
    const py::gil_scoped_release free;
    const auto& done = (*run_)(batch);
    nn::clipping clip;
    if (!std::isinf(clip_norm)) {
      nn::detail::norm_of_all norm(2);
      for (const auto& g : done.gradients)
        if (!g.is_null()) norm.add(g);
      clip = nn::detail::clip_to(norm.result(), clip_norm);
    }
    o.step(model_, std::span<const array>(done.gradients), clip);
    return done.loss;
  }
  auto steps_run() const -> index_t { return run_ ? run_->steps_run() : 0; }
  auto why_recorded() const -> std::string { return run_ ? run_->why_recorded() : std::string(); }
  auto record_next() -> void {
    if (run_) run_->record_next();
  }

 private:
  model model_;
  py::object loss_;
  bool replay_;
  std::unique_ptr<nn::training_step> run_;
};

auto bind_step(py::module_& m) -> void {
  py::class_<step>(m, "training_step",
                   R"(Steps of training, of which most are run by a program and not recorded, to the same bits.

    step = nn.training_step(model, nn.cross_entropy)
    for x, y in batches: loss = step.update(x, y, optimiser)

The code of model and loss is not called in a step that is run. Without a loss it is cross entropy for targets of whole numbers, and else the mean square error.)")
      .def(py::init<py::object, py::object, bool>(), py::arg("model"), py::arg("loss") = py::none(), py::kw_only(),
           py::arg("replay") = true)
      .def("__call__", &step::operator(), py::arg("x"), py::arg("y"), py::arg("share") = 1.0,
           "The loss, the gradients by parameter, times share, and the prediction.")
      .def("update", &step::update, py::arg("x"), py::arg("y"), py::arg("optimiser"), py::kw_only(),
           py::arg("clip_norm") = std::numeric_limits<double>::infinity(),
           "A step, and the optimiser's update by its gradients. Returns the loss.")
      .def("record_next", &step::record_next,
           "The next step is recorded: after a change of the model that its parameters and buffers do not show.")
      .def_property_readonly("steps_run", &step::steps_run)
      .def_property_readonly("why_recorded", &step::why_recorded);
}

auto bind_history(py::module_& m) -> void {
  py::class_<nn::history>(m, "history", "What training measured, epoch by epoch: a table with a name above each column.")
      .def_property_readonly("columns", &nn::history::columns)
      .def("__len__", &nn::history::size)
      .def("__getitem__",
           [](const nn::history& h, const std::string& name) {
             if (!h.has(name))
               throw py::key_error(
                   fmt::format("history: there is no column {}; there are {}", name, fmt::join(h.columns(), ", ")));
             return h[name];
           })
      .def(
          "last", [](const nn::history& h, const std::string& name) { return h.last(name); }, py::arg("name"))
      .def("to_csv", &nn::history::to_csv)
      .def("save_csv", &nn::history::save_csv, py::arg("file"))
      .def(
          "draw",
          [](const nn::history& h, const std::filesystem::path& file, const std::string& title) { h.draw(file, title).save(); },
          py::arg("file"), py::arg("title") = "", "Curves of the losses and the metrics, to a file: .svg, .png or .pdf.")
      .def("__repr__", [](const nn::history& h) { return h.to_csv(); });
  py::class_<nn::fit_result>(m, "fit_result", "What fit() gives.")
      .def_readonly("history", &nn::fit_result::history)
      .def_readonly("optimiser", &nn::fit_result::optimiser, "As it is after the last step: training can go on with it.")
      .def_readonly("interrupted", &nn::fit_result::interrupted, "Ctrl-C ended it.")
      .def_readonly("stopped_early", &nn::fit_result::stopped_early)
      .def_readonly("steps_run", &nn::fit_result::steps_run)
      .def_readonly("why_recorded", &nn::fit_result::why_recorded);
}

auto style_of(const std::string& name) -> nn::progress_style {
  if (name == "automatic") return nn::progress_style::automatic;
  if (name == "bar") return nn::progress_style::bar;
  if (name == "lines") return nn::progress_style::lines;
  if (name == "none") return nn::progress_style::none;
  throw py::value_error(fmt::format("fit: progress is none of automatic, bar, lines and none, but {}", name));
}

auto fit_model(py::object object, py::object data, int epochs, index_t batch_size, const nn::optimiser& optimiser,
               nn::schedule schedule, py::object loss, py::object metric, py::object validation,
               std::optional<std::int64_t> patience, double clip_norm, bool shuffle, bool drop_last, std::uint64_t seed,
               const std::filesystem::path& checkpoint, const std::filesystem::path& page,
               const std::filesystem::path& tensorboard, const std::string& progress, py::object after_epoch,
               const std::string& replay, index_t micro_batches) -> nn::fit_result {
  model trained(std::move(object));
  text_file output;
  nn::fit_options how;
  how.epochs = epochs, how.batch_size = batch_size, how.micro_batches = micro_batches, how.optimiser = optimiser;
  how.schedule = std::move(schedule), how.loss = loss_of(loss), how.metric = metric_of(metric);
  if (!validation.is_none()) how.validation = dataset_of(validation);
  if (patience) how.early_stopping = nn::early_stopping_options{.patience = *patience};
  how.clip_norm = clip_norm, how.shuffle = shuffle, how.drop_last = drop_last, how.seed = seed;
  how.checkpoint = checkpoint, how.page = page, how.tensorboard = tensorboard, how.progress = style_of(progress),
  how.log = output.stream();
  how.replay = replay == "always" ? nn::replaying::always : replay == "never" ? nn::replaying::never : nn::replaying::automatic;
  if (!after_epoch.is_none())
    how.after_epoch = [&](const nn::history& h) {
      const py::gil_scoped_acquire python;
      const auto go_on = after_epoch(h);
      return go_on.is_none() || go_on.cast<bool>();
    };
  const auto samples = dataset_of(data);
  const py::gil_scoped_release free;
  return nn::fit(trained, samples, std::move(how));
}

auto bind_fit(py::module_& m) -> void {
  const auto none = py::none();
  m.def("fit", &fit_model, py::arg("model"), py::arg("data"), py::kw_only(), py::arg("epochs") = 10, py::arg("batch_size") = 64,
        py::arg("optimiser") = nn::optimiser(nn::adam()), py::arg("schedule") = nn::schedule(), py::arg("loss") = none,
        py::arg("metric") = none, py::arg("validation") = none, py::arg("patience") = none,
        py::arg("clip_norm") = std::numeric_limits<double>::infinity(), py::arg("shuffle") = true, py::arg("drop_last") = false,
        py::arg("seed") = 1, py::arg("checkpoint") = "", py::arg("page") = "", py::arg("tensorboard") = "",
        py::arg("progress") = "automatic", py::arg("after_epoch") = none, py::arg("replay") = "automatic",
        py::arg("micro_batches") = 1,
        R"(Trains the model in place on data, a pair (inputs, targets).

Without a loss it is cross entropy for targets of whole numbers, and else the mean square error. Ctrl-C finishes the step and returns; a second one raises
KeyboardInterrupt. With a checkpoint file, training that was interrupted goes on from there. Steps that are alike are run by a program, and the code of
the model is then not called; with a loss of your own that is so with replay="always". Data are read in numpy's memory, which is not to be written to meanwhile.)");
  m.def(
      "evaluate",
      [](py::object object, py::object data, py::object loss, py::object metric, index_t batch_size) {
        model used(std::move(object));
        const auto samples = dataset_of(data);
        const auto by = loss_of(loss);
        const auto said = metric_of(metric);
        const auto seen = [&] {
          const py::gil_scoped_release free;
          return nn::evaluate(used, samples, by, said, batch_size);
        }();
        return py::make_tuple(seen.loss, seen.metric);
      },
      py::arg("model"), py::arg("data"), py::kw_only(), py::arg("loss") = none, py::arg("metric") = none,
      py::arg("batch_size") = 256, "Loss and metric over the samples, in eval mode and without recording.");
  m.def(
      "predict",
      [](py::object object, py::object inputs, index_t batch_size) {
        model used(std::move(object));
        const auto x = from_any(inputs, memory::shared);
        const py::gil_scoped_release free;
        return nn::predict(used, x, batch_size);
      },
      py::arg("model"), py::arg("inputs"), py::arg("batch_size") = 256, documentation("nn::predict"));
}

auto bind_diagnosis(py::module_& m) -> void {
  m.def(
      "diagnose", [](const operand& loss) { return nn::diagnose(loss.as_tensor()).text(); }, py::arg("loss"),
      "What is wrong with a network, in words, after loss.backward(): dead units, gradients that vanish or explode, numbers that are not finite.");
  m.def(
      "draw", [](const operand& loss) { return nn::draw(loss.as_tensor()); }, py::arg("loss"), documentation("nn::draw"));
}

}  // namespace

auto bind_training(py::module_& m) -> void {
  bind_step(m);
  bind_history(m);
  bind_fit(m);
  bind_diagnosis(m);
}

}  // namespace seegrad::python
