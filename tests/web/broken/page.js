import { missing } from "./parts.js";

missing();
