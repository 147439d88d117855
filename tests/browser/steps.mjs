// Counts what an operator does, and for how long.

export function stepCounter() {
  const steps = [];
  let began = 0;
  return {
    begin: () => {
      began = performance.now();
    },
    steps: () => steps.length,
    step: async (name, act) => {
      steps.push(name);
      await act();
    },
    report: (what) =>
      console.log(`${what}: ${steps.length} steps, ${((performance.now() - began) / 1000).toFixed(1)} s (${steps.join(', ')})`),
  };
}
