/** An activity of the project's own. */

export async function findDebt(customer: string): Promise<number> {
  // A real one would ask the bank's own system.
  return customer.length * 20;
}
