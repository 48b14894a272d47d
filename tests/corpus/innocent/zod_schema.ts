import { z } from "zod";

export const order = z.object({ item: z.string().min(1), count: z.number().int().positive() });
