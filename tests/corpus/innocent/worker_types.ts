interface Worker {
  name: string;
  hours: number;
}

export const total = (workers: Worker[]) => workers.reduce((sum, one) => sum + one.hours, 0);
