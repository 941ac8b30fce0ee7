// The same with neural networks.
#include <seegrad/nn.hpp>

using namespace seegrad;

struct net {
  nn::linear hidden{2, 16}, output{16, 2};
  auto operator()(const tensor& x) const -> tensor { return output(tanh(hidden(x))); }
};

int main() {
  generator random(1);
  const auto data = nn::moons(random, 200, 0.1, float32);
  net model;
  nn::fit(model, data, {.epochs = 40, .optimiser = nn::adam{{.lr = 0.02}}, .progress = nn::progress_style::none});
  nn::save(model, "model.safetensors");  // proves that what reads and writes files was linked
  net other;
  nn::load(other, "model.safetensors");
  return nn::evaluate(other, data).metric > 0.9 ? 0 : 1;
}
