import type { DashboardLoad, Widget } from "@plexihub/sdk";

const SERVER = "http://127.0.0.1:8765";
const KEPT_MS = 60_000;

interface Weather {
  city: string;
  celsius: number;
  sky: string;
  week: { day: string; celsius: number }[];
}

let known: { at: number; weather: Weather } | undefined;

/** Ask the server at most once a minute: the hub lets a hundred requests a minute pass. */
async function weather(): Promise<Weather> {
  if (known !== undefined && Date.now() - known.at < KEPT_MS) return known.weather;
  const answer = await fetch(`${SERVER}/v1/weather?city=Bern`, {
    // The hub puts the key in; this plugin never has it.
    headers: { authorization: "Bearer {{secret:key}}" },
  });
  if (!answer.ok) throw new Error(`The weather server answered ${answer.status}.`);
  known = { at: Date.now(), weather: await answer.json() as Weather };
  return known.weather;
}

function cards({ city, celsius, sky, week }: Weather): Widget[] {
  return [
    {
      id: "now",
      component: "Stat",
      title: "Weather",
      props: { label: city, value: `${celsius} °C`, hint: sky },
    },
    {
      id: "week",
      component: "Chart",
      title: `The week in ${city}`,
      props: {
        kind: "line",
        labels: week.map((one) => one.day),
        values: week.map((one) => one.celsius),
      },
    },
  ];
}

export default {
  hooks: {
    async onDashboardLoad(_context: DashboardLoad) {
      try {
        return { customWidgets: cards(await weather()) };
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        return { customWidgets: [{ id: "now", component: "Text", title: "Weather", props: { text } }] };
      }
    },
  },
};
